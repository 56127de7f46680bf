using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Catalog;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Manifests;

namespace KernelHost.Cli.Commands;

/// <summary><c>plugin list|show|validate</c></summary>
internal static class PluginCommand
{
    public static Command Create(CommandExecution execute)
    {
        var id = new Argument<string>("ID") { Description = "The plugin's id." };
        var path = new Argument<string>("PATH") { Description = "The plugin's directory, the one with plugin.json." };
        return new Command("plugin", "Shows and checks plugins.")
        {
            new Command("list", "Lists the plugins that were found, the broken ones too.").Does(execute, ListAsync),
            new Command("show", "Shows a plugin: tools with their effects, retrievers, prompts.") { id }
                .Does(execute, context => ShowAsync(context, context.Get(id)!)),
            new Command("validate", "Checks a plugin as a host would, by loading it, and says everything that is wrong.") { path }
                .Does(execute, context => ValidateAsync(context, context.Get(path)!)),
        };
    }

    private static async Task<int> ListAsync(CliContext context)
    {
        var plugins = (await context.Host.GetCatalogAsync(context.CancellationToken)).Plugins;
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["plugins"] = JsonOutput.Array(plugins, PluginJson.Entry) });
            return ExitCode.Done;
        }

        if (plugins.Count == 0)
        {
            context.Screen.Tell("There are no plugins. Add a directory of plugins with --plugins DIR or in KernelHost:PluginDirectories.");
            return ExitCode.Done;
        }

        var table = new Table("Plugin", "Version", "State", "Brings", "Directory");
        foreach (var plugin in plugins)
        {
            table.Add(plugin.Id, plugin.Manifest?.Version ?? "?", plugin.State == PluginState.Loaded ? "loaded" : "failed", Brings(plugin.Manifest), plugin.Directory);
        }

        table.Write(context.Screen);
        foreach (var plugin in plugins.Where(plugin => plugin.Error is not null))
        {
            context.Screen.Tell($"error: {TerminalText.Prose(plugin.Error!.Message)}");
        }

        return ExitCode.Done;
    }

    private static async Task<int> ShowAsync(CliContext context, string id)
    {
        var plugins = (await context.Host.GetCatalogAsync(context.CancellationToken)).Plugins;
        var plugin = plugins.FirstOrDefault(entry => entry.Id == id) ?? throw Unknown.Name("plugin", id, [.. plugins.Select(entry => entry.Id)]);
        var code = plugin.State == PluginState.Loaded ? ExitCode.Done : ExitCode.Failed;
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, PluginJson.Detail(plugin));
            return code;
        }

        var fields = new Fields($"{plugin.Id} {plugin.Manifest?.Version}")
            .Add("State", plugin.State == PluginState.Loaded ? "loaded" : "failed")
            .Add("About", plugin.Manifest?.Description)
            .Add("Directory", plugin.Directory)
            .Add("Assembly", plugin.Manifest?.EntryAssembly)
            .Add("Host", plugin.Manifest?.Host)
            .Add("Content", plugin.ContentHash is { } hash ? $"sha256 {hash}" : null);
        if (plugin.Error is { } error)
        {
            fields.AddBlock("Error", TerminalText.Prose(error.Message));
        }

        fields.Write(context.Screen.Out, context.Screen.OutIsTerminal, context.Screen);
        if (plugin.Manifest is { } manifest)
        {
            WriteContributions(context, manifest);
        }

        return code;
    }

    private static void WriteContributions(CliContext context, PluginManifest manifest)
    {
        var table = new Table("Kind", "Name", "Effect", "Parameters", "Description");
        foreach (var tool in manifest.Tools)
        {
            table.Add("tool", tool.Name, PluginJson.Effect(tool), PluginJson.Parameters(tool), tool.Description);
        }

        foreach (var retriever in manifest.Retrievers)
        {
            table.Add("retriever", retriever.Name, "read", "query", retriever.Description);
        }

        foreach (var prompt in manifest.Prompts)
        {
            table.Add("prompt", prompt.Name, "", "", prompt.Description);
        }

        if (table.Rows.Count > 0)
        {
            context.Screen.Out.WriteLine();
            table.Write(context.Screen);
        }
    }

    private static async Task<int> ValidateAsync(CliContext context, string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new UsageException("The path of the plugin is empty. Give the directory that holds plugin.json.");
        }

        var directory = Path.GetFullPath(path);
        if (!Directory.Exists(directory))
        {
            throw new UsageException(File.Exists(directory)
                ? $"{Unknown.Show(path)} is a file. Give the directory that holds plugin.json."
                : $"There is no directory {Unknown.Show(path)}. Give the directory that holds plugin.json.");
        }

        var inspection = await PluginInspection.RunAsync(directory, context.Logging, context.CancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, PluginJson.Inspection(inspection));
        }
        else
        {
            foreach (var problem in inspection.Problems)
            {
                context.Screen.Out.WriteLine($"{(problem.IsWarning ? "warning" : "error")} {problem.Code}: {TerminalText.Prose(problem.ToString())}");
            }

            context.Screen.Out.WriteLine(inspection.IsValid
                ? TerminalText.Line($"ok: plugin '{inspection.Manifest!.Id}' {inspection.Manifest.Version} loads; it brings {Brings(inspection.Manifest)}.")
                : "The plugin does not load.");
        }

        return inspection.IsValid ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Brings(PluginManifest? manifest) => manifest is null
        ? ""
        : $"{Count(manifest.Tools.Count, "tool")}, {Count(manifest.Retrievers.Count, "retriever")}, {Count(manifest.Prompts.Count, "prompt")}";

    private static string Count(int number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";
}
