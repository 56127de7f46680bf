using System.Text.Json;
using KernelHost.Manifests;

namespace KernelHost.Loading;

/// <summary>Reads the two files the SDK writes beside an assembly: which frameworks it needs, which files it ships.</summary>
internal static class RuntimeFiles
{
    public static IEnumerable<PluginProblem> Check(string pluginId, string entryPath) =>
        Read(Path.ChangeExtension(entryPath, ".runtimeconfig.json"), root => Frameworks(pluginId, root))
            .Concat(Read(Path.ChangeExtension(entryPath, ".deps.json"), root => Files(pluginId, Path.GetDirectoryName(entryPath)!, root)));

    private static List<PluginProblem> Read(string file, Func<JsonElement, IEnumerable<PluginProblem>> check)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return [.. check(document.RootElement)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return [new PluginProblem(ProblemCodes.MissingDependency, $"The file is damaged ({exception.Message}). Build the plugin again.") { File = file }];
        }
    }

    private static IEnumerable<PluginProblem> Frameworks(string pluginId, JsonElement root)
    {
        if (!root.TryGetProperty("runtimeOptions", out var options))
        {
            yield break;
        }

        IEnumerable<JsonElement> needed = options.TryGetProperty("frameworks", out var many) ? many.EnumerateArray()
            : options.TryGetProperty("framework", out var one) ? [one] : [];
        foreach (var name in needed.Select(framework => framework.GetProperty("name").GetString()!).Where(name => !FrameworkAssemblies.HasFramework(name)))
        {
            yield return new PluginProblem(ProblemCodes.WrongFramework,
                $"Plugin '{pluginId}' needs the shared framework '{name}', which this host does not run. Remove the <FrameworkReference> from its project, or run it in a host that has the framework.");
        }
    }

    private static IEnumerable<PluginProblem> Files(string pluginId, string directory, JsonElement root)
    {
        if (!root.TryGetProperty("targets", out var targets))
        {
            yield break;
        }

        var files =
            from target in targets.EnumerateObject()
            from library in target.Value.EnumerateObject()
            where library.Value.TryGetProperty("runtime", out _)
            from file in library.Value.GetProperty("runtime").EnumerateObject()
            select (Library: library.Name, File: file.Name);
        foreach (var (library, file) in files)
        {
            var name = Path.GetFileName(file);
            if (!SharedAssemblies.Contains(Path.GetFileNameWithoutExtension(name))
                && !File.Exists(Path.Combine(directory, name)) && !File.Exists(Path.Combine(directory, file)))
            {
                yield return new PluginProblem(ProblemCodes.MissingDependency,
                    $"Plugin '{pluginId}' needs '{name}' of '{library}' (its .deps.json says so) but the file is not in its directory. Copy the plugin's whole output directory.");
            }
        }
    }
}
