using Microsoft.Extensions.Configuration;

namespace KernelHost;

/// <summary>What the host gives a plugin to work with.</summary>
public sealed class PluginEnvironment
{
    /// <summary>The plugin's id.</summary>
    public required string Id { get; init; }

    /// <summary>The plugin's SemVer version.</summary>
    public required string Version { get; init; }

    /// <summary>The directory the plugin was installed to: its assembly, manifest and content files. Read-only by convention.</summary>
    public required string PluginDirectory { get; init; }

    /// <summary>A directory of the plugin's own that outlives restarts and upgrades. The host creates it before tools run.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The section <c>KernelHost:Plugins:{id}</c> of the host's configuration; empty when there is none.</summary>
    public required IConfiguration Configuration { get; init; }
}
