using System.Collections.Frozen;

namespace KernelHost.Loading;

/// <summary>What the running .NET brings, as opposed to what the host application ships: plugins may count on the first only.</summary>
internal static class FrameworkAssemblies
{
    private static readonly Lazy<(FrozenSet<string> Names, FrozenSet<string> Frameworks)> Running = new(Find);

    public static bool Contains(string simpleName) => Running.Value.Names.Contains(simpleName);

    /// <summary>Whether the host runs on a shared framework such as <c>Microsoft.AspNetCore.App</c>.</summary>
    public static bool HasFramework(string name) => name == "Microsoft.NETCore.App" || Running.Value.Frameworks.Contains(name);

    private static (FrozenSet<string> Names, FrozenSet<string> Frameworks) Find()
    {
        var all = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var application = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

        // A self-contained host keeps the framework in its own directory; then the two cannot be told apart and all of it counts.
        var selfContained = File.Exists(Path.Combine(application, "System.Private.CoreLib.dll"));
        var framework = all.Where(path => selfContained || !path.StartsWith(application, StringComparison.Ordinal)).ToList();
        return (
            framework.Select(path => Path.GetFileNameWithoutExtension(path)).ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            // .../shared/Microsoft.AspNetCore.App/10.0.0/X.dll
            framework.Select(path => Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path))) ?? "").ToFrozenSet(StringComparer.Ordinal));
    }
}
