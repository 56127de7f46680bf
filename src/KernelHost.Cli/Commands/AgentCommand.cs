using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Agents;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;

namespace KernelHost.Cli.Commands;

/// <summary><c>agent list|show|validate</c></summary>
internal static class AgentCommand
{
    public static Command Create(CommandExecution execute)
    {
        var name = new Argument<string>("NAME") { Description = "The agent's name." };
        var targets = new Argument<string[]>("PATH|NAME") { Description = "Files or names; all agents when there is none.", Arity = ArgumentArity.ZeroOrMore };
        return new Command("agent", "Shows and checks agents.")
        {
            new Command("list", "Lists the agents that were found, the broken ones too.").Does(execute, ListAsync),
            new Command("show", "Shows what an agent is made of.") { name }.Does(execute, context => ShowAsync(context, context.Get(name)!)),
            new Command("validate", "Checks agents against the installed plugins and models, and says everything that is wrong.") { targets }
                .Does(execute, context => ValidateAsync(context, context.Get(targets) ?? [])),
        };
    }

    private static Task<int> ListAsync(CliContext context)
    {
        var agents = context.Host.Agents;
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["agents"] = JsonOutput.Array(agents.Entries, AgentJson.Entry),
                ["directoryErrors"] = JsonOutput.Array(agents.DirectoryErrors, AgentJson.Error),
            });
            return Task.FromResult(ExitCode.Done);
        }

        if (agents.Entries.Count == 0)
        {
            context.Screen.Tell("There are no agents. Put YAML files into a directory of KernelHost:AgentDirectories, or add one with --agents DIR.");
        }
        else
        {
            var table = new Table("Agent", "State", "Model", "Description", "File");
            foreach (var entry in agents.Entries)
            {
                table.Add(entry.Name, entry.Definition is null ? $"{entry.Errors.Count} errors" : "ok", entry.Definition?.Model, entry.Definition?.Description, entry.SourcePath);
            }

            table.Write(context.Screen);
        }

        foreach (var error in agents.Entries.SelectMany(entry => entry.Errors).Concat(agents.DirectoryErrors))
        {
            context.Screen.Tell($"error: {TerminalText.Prose(error.ToString())}");
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static Task<int> ShowAsync(CliContext context, string name)
    {
        var agent = context.Host.Agents.Find(name);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, AgentJson.Definition(agent));
            return Task.FromResult(ExitCode.Done);
        }

        var limits = agent.Limits;
        new Fields($"Agent {agent.Name}")
            .Add("About", agent.Description)
            .Add("Model", agent.Model)
            .Add("Falls over to", string.Join(", ", agent.Fallback.Select(fallback => $"{fallback.Model} ({string.Join(", ", fallback.On)})")))
            .Add("Summaries", agent.SummaryModel)
            .Add("Asked by tools", agent.ExtractionModel)
            .Add("Asks", string.Join(", ", agent.Agents))
            .Add("Hands over to", string.Join(", ", agent.HandOver))
            .Add("Tools", string.Join(", ", agent.Tools))
            .Add("Retrievers", string.Join(", ", agent.Retrievers))
            .Add("Collections", string.Join(", ", agent.Collections))
            .Add("Remembers for", string.Join(", ", agent.Memory))
            .Add("Prompts", string.Join(", ", agent.Prompts))
            .Add("Variables", string.Join(", ", agent.Variables.Select(pair => $"{pair.Key}={pair.Value}")))
            .Add("Policy", agent.Policy ?? "the host's")
            .Add("Limits", Words(limits))
            .Add("At a limit", limits.AtLimit switch
            {
                AtLimit.Ask => "asks a person for more, else answers with what is known",
                AtLimit.CheaperModel => $"goes on with '{limits.CheaperModel}', then answers with what is known",
                _ => "answers with what is known",
            })
            .Add("File", agent.SourcePath)
            .AddBlock("Instructions", TerminalText.Prose(agent.Instructions.TrimEnd()))
            .Write(context.Screen.Out, context.Screen.OutIsTerminal, context.Screen);
        return Task.FromResult(ExitCode.Done);
    }

    private static string Words(AgentLimits limits) => string.Join(", ", new[]
    {
        Part(limits.Steps, "model calls"), Part(limits.ToolCalls, "tool calls"), Part(limits.Tokens, "tokens"), Part(limits.InputTokens, "tokens sent"), Part(limits.OutputTokens, "tokens received"),
        limits.Money?.ToString(), Part(limits.ApprovalPrompts, "questions to people"), Part(limits.BytesOut, "bytes sent out"),
        string.Create(CultureInfo.InvariantCulture, $"{limits.WallTime.TotalSeconds:0} seconds of work"), Part(limits.ParallelCalls, "calls at once"),
    }.Concat(limits.Tools.OrderBy(static tool => tool.Key, StringComparer.Ordinal).Select(static tool => Part(tool.Value, $"calls of {tool.Key}"))).OfType<string>());

    private static string? Part(long? number, string of) => number is null ? null : string.Create(CultureInfo.InvariantCulture, $"{number} {of}");

    private static async Task<int> ValidateAsync(CliContext context, string[] targets)
    {
        var entries = targets.Length == 0 ? context.Host.Agents.Entries : [.. targets.SelectMany(target => Find(context, target))];
        List<(AgentEntry Entry, IReadOnlyList<Text.SourceError> Errors)> checks = [];
        foreach (var entry in entries)
        {
            checks.Add((entry, entry.Definition is { } agent ? await context.Host.CheckAgentAsync(agent, context.CancellationToken) : entry.Errors));
        }

        var valid = checks.TrueForAll(check => check.Errors.Count == 0);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["valid"] = valid, ["agents"] = JsonOutput.Array(checks, static check => AgentJson.Check(check.Entry, check.Errors)) });
        }
        else
        {
            WriteChecks(context.Screen, checks);
        }

        return valid ? ExitCode.Done : ExitCode.Failed;
    }

    private static void WriteChecks(Screen screen, List<(AgentEntry Entry, IReadOnlyList<Text.SourceError> Errors)> checks)
    {
        foreach (var (entry, errors) in checks)
        {
            foreach (var error in errors)
            {
                screen.Out.WriteLine($"error: {TerminalText.Prose(error.ToString())}");
            }

            if (errors.Count == 0)
            {
                screen.Out.WriteLine(TerminalText.Line($"ok: agent '{entry.Name}' ({entry.SourcePath})"));
            }
        }

        if (checks.Count == 0)
        {
            screen.Tell("There are no agents to check.");
        }
    }

    // What looks like a path is one; a bare name is an agent of the catalog first.
    private static IEnumerable<AgentEntry> Find(CliContext context, string target)
    {
        if (string.IsNullOrWhiteSpace(target))
        {
            throw new UsageException("The name of an agent is empty. Give a name, or the path of a YAML file.");
        }

        if (File.Exists(target))
        {
            return [AgentCatalog.Read(Path.GetFullPath(target))];
        }

        if (Directory.Exists(target))
        {
            return AgentCatalog.Load([Path.GetFullPath(target)]).Entries;
        }

        if (target.Contains('/', StringComparison.Ordinal) || target.Contains('\\', StringComparison.Ordinal) || Path.GetExtension(target) is ".yaml" or ".yml")
        {
            throw new UsageException($"There is no file {Unknown.Show(target)}. Correct the path, or give an agent's name.");
        }

        var entries = context.Host.Agents.Entries;
        var named = entries.Where(entry => entry.Name == target).ToList();
        return named.Count > 0 ? named : throw Unknown.Name("agent", target, [.. entries.Select(entry => entry.Name).Distinct()]);
    }
}
