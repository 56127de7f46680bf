using KernelHost.Catalog;
using KernelHost.Cli.Invocation;
using KernelHost.Manifests;
using KernelHost.Text;

namespace KernelHost.Cli.Commands;

/// <summary>Whether what was stopped is known here. A stop is recorded first and doubted afterwards: other hosts may have what this one has not.</summary>
internal static class StopTargets
{
    // What the host itself contributes has no manifest.
    private static readonly string[] OfTheHost = ["agent", "host", "memory"];

    /// <returns>A warning about a name that nothing here has; <see langword="null"/> when there is nothing to say.</returns>
    public static string? Doubt(CliContext context, string scope)
    {
        try
        {
            return scope.Split('/', 2) is not [var what, var name] || OfTheHost.Contains(name.Split('/')[0]) || Known(context, what) is not { } known || known.Contains(name)
                ? null
                : Warning(what, name, known);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is stopped; a directory that cannot be read is no reason to say that this failed.
            return null;
        }
    }

    private static string Warning(string what, string name, HashSet<string> known) =>
        $"warning: There is no {what} {Unknown.Show(name)} here.{NearestName.Hint(name, known)} The stop holds all the same, for whoever has it.";

    // From files alone: no plugin's code is loaded by the command that stops it.
    private static HashSet<string>? Known(CliContext context, string what) => what switch
    {
        "agent" => [.. context.Host.Agents.Entries.Select(static entry => entry.Name)],
        "plugin" => [.. Manifests(context).Select(static manifest => manifest.Id)],
        "tool" => [.. Manifests(context).SelectMany(static manifest => manifest.Tools.Select(tool => $"{manifest.Id}/{tool.Name}").Concat(manifest.Retrievers.Select(retriever => $"{manifest.Id}/{retriever.Name}")))],
        _ => null,
    };

    private static IEnumerable<PluginManifest> Manifests(CliContext context) =>
        PluginDiscovery.Find(context.Host.Options.PluginDirectories).Select(static directory => ManifestReader.ReadDirectory(directory).Manifest).OfType<PluginManifest>();
}
