using System.Collections.Frozen;
using System.Reflection;

namespace KernelHost.Loading;

/// <summary>
/// The assemblies that plugins and host share: this list is the plugin contract. Everything else a plugin ships is its own, in its own
/// version. <c>docs/plugins.md</c> and <c>KernelHost.Plugin.targets</c> repeat the list; a test compares the three.
/// </summary>
/// <remarks>
/// McMaster's loader would also share everything these assemblies refer to (74 names). We undo that by declaring each assembly the plugin
/// ships and that is not listed here as private, so that adding a dependency to the host never changes what a plugin runs with.
/// </remarks>
public static class SharedAssemblies
{
    /// <summary>Simple names. A version is not part of the promise; the loader refuses a plugin that was compiled against a newer one.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "KernelHost.Abstractions",
        "Microsoft.SemanticKernel.Abstractions",
        // Semantic Kernel's own public types are made of these.
        "Microsoft.Extensions.AI.Abstractions",
        "Microsoft.Extensions.VectorData.Abstractions",
        // The plugin's container, log and configuration.
        "Microsoft.Extensions.DependencyInjection.Abstractions",
        "Microsoft.Extensions.Logging.Abstractions",
        "Microsoft.Extensions.Configuration.Abstractions",
        "Microsoft.Extensions.Primitives",
        // Part of the framework; a private copy would bring a second JsonElement and a second Activity.
        "System.Text.Json",
        "System.Diagnostics.DiagnosticSource",
    ];

    private static readonly FrozenSet<string> Set = Names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the host provides the assembly.</summary>
    public static bool Contains(string simpleName) => Set.Contains(simpleName);

    /// <summary>The version the host has; <see langword="null"/> when the name is not shared.</summary>
    internal static Version? VersionOf(string simpleName) =>
        Contains(simpleName) ? Assembly.Load(new AssemblyName(simpleName)).GetName().Version : null;
}
