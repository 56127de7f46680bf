using KernelHost.Manifests;

namespace KernelHost.Catalog;

/// <summary>Whether a plugin serves.</summary>
public enum PluginState
{
    /// <summary>Its contributions are in the catalog.</summary>
    Loaded,

    /// <summary>It has none in the catalog; <see cref="CatalogEntry.Error"/> says why.</summary>
    Failed,
}

/// <summary>A plugin that was found, whether it could be loaded or not.</summary>
public sealed class CatalogEntry
{
    /// <summary>The id, or the name of the directory when the manifest gives none.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it serves.</summary>
    public required PluginState State { get; init; }

    /// <summary>Where it is, an absolute path.</summary>
    public required string Directory { get; init; }

    /// <summary>Its manifest; <see langword="null"/> when that has errors.</summary>
    public PluginManifest? Manifest { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 over its files; <see langword="null"/> when it failed.</summary>
    public string? ContentHash { get; init; }

    /// <summary>Why it failed; <see langword="null"/> when it is loaded.</summary>
    public PluginException? Error { get; init; }
}
