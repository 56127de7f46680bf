namespace KernelHost.Manifests;

/// <summary>What came of reading a manifest.</summary>
public sealed class ManifestReading
{
    /// <summary>The manifest, when it has no problem.</summary>
    public PluginManifest? Manifest { get; init; }

    /// <summary>The declared id, even when the rest has problems; <see langword="null"/> when there is none.</summary>
    public string? Id { get; init; }

    /// <summary>Everything that is wrong, in the order of the file. Empty exactly when <see cref="Manifest"/> is there.</summary>
    public required IReadOnlyList<PluginProblem> Problems { get; init; }
}
