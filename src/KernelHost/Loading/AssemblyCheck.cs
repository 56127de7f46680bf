using System.Runtime.Versioning;
using KernelHost.Manifests;

namespace KernelHost.Loading;

/// <summary>Finds out from files alone whether an assembly will load, so that the author reads a cure instead of a FileNotFoundException.</summary>
internal static class AssemblyCheck
{
    /// <param name="pluginId">Named in messages.</param>
    /// <param name="entryPath">The entry assembly; it exists.</param>
    public static IReadOnlyList<PluginProblem> Run(string pluginId, string entryPath)
    {
        var facts = AssemblyFacts.Read(entryPath);
        if (facts is null)
        {
            return
            [
                new PluginProblem(ProblemCodes.BadImage,
                    $"The entry assembly '{Path.GetFileName(entryPath)}' of plugin '{pluginId}' is not a .NET assembly: it is damaged, truncated or native. Build the plugin again and copy its output completely.")
                { File = entryPath },
            ];
        }

        var problems = new List<PluginProblem>();
        var directory = Path.GetDirectoryName(entryPath)!;
        CheckFramework(pluginId, entryPath, facts, problems);
        if (problems.Count == 0)
        {
            problems.AddRange(RuntimeFiles.Check(pluginId, entryPath));
            CheckReferences(pluginId, directory, facts, problems);
        }

        return problems;
    }

    private static void CheckFramework(string pluginId, string entryPath, AssemblyFacts facts, List<PluginProblem> problems)
    {
        if (facts.TargetFramework is null)
        {
            return;
        }

        var host = new FrameworkName(".NETCoreApp", new Version(Environment.Version.Major, Environment.Version.Minor));
        if (!TryParse(facts.TargetFramework, out var built) || !(
            (built.Identifier == host.Identifier && built.Version <= host.Version)
            || (built.Identifier == ".NETStandard" && built.Version <= new Version(2, 1))))
        {
            problems.Add(new PluginProblem(ProblemCodes.WrongFramework,
                $"Plugin '{pluginId}' was built for '{facts.TargetFramework}' but this host runs '{host.FullName}'. Set <TargetFramework>net{host.Version.Major}.{host.Version.Minor}</TargetFramework> in its project and build it again.")
            { File = entryPath });
        }
    }

    private static bool TryParse(string text, out FrameworkName name)
    {
        try
        {
            name = new FrameworkName(text);
            return true;
        }
        catch (ArgumentException)
        {
            name = new FrameworkName("Unknown", new Version(0, 0));
            return false;
        }
    }

    private static void CheckReferences(string pluginId, string directory, AssemblyFacts entry, List<PluginProblem> problems)
    {
        var queue = new Queue<(AssemblyFacts Assembly, bool IsEntry)>([(entry, true)]);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { entry.Name };
        while (queue.TryDequeue(out var next))
        {
            foreach (var (name, version) in next.Assembly.References)
            {
                if (SharedAssemblies.VersionOf(name) is { } provided)
                {
                    if (version > provided && seen.Add(name))
                    {
                        problems.Add(new PluginProblem(ProblemCodes.SharedAssemblyTooOld,
                            $"Plugin '{pluginId}' ('{next.Assembly.Name}') was compiled against '{name}' {version} but this host provides {provided}. Build it against {provided.ToString(3)} or update the host."));
                    }
                }
                else if (seen.Add(name) && !FrameworkAssemblies.Contains(name))
                {
                    var file = Path.Combine(directory, $"{name}.dll");
                    if (!File.Exists(file))
                    {
                        // A library may refer to something it never uses; the plugin's own code is compiled against what it needs.
                        problems.Add(Missing(pluginId, next.Assembly.Name, name, version) with { IsWarning = !next.IsEntry });
                    }
                    else if (AssemblyFacts.Read(file) is { } found)
                    {
                        queue.Enqueue((found, false));
                    }
                }
            }
        }
    }

    private static PluginProblem Missing(string pluginId, string from, string name, Version version) => new(ProblemCodes.MissingDependency,
        $"Plugin '{pluginId}' ('{from}') needs '{name}' {version} but '{name}.dll' is not in its directory. Copy the plugin's whole output directory (its project needs EnableDynamicLoading, which IsKernelHostPlugin sets).");
}
