using Microsoft.Extensions.Configuration;

namespace KernelHost.Catalog;

/// <summary>Where plugins are and what they are given.</summary>
public sealed class CatalogOptions
{
    /// <summary>Each is searched: itself and its direct sub-directories, those that hold a <c>plugin.json</c>.</summary>
    /// <value>Empty: no plugins.</value>
    public IReadOnlyList<string> PluginDirectories { get; init; } = [];

    /// <summary>Data of a plugin goes to the sub-directory <c>plugins/{id}</c>, which the catalog creates.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The configuration section of a plugin id.</summary>
    /// <value>An empty configuration for every plugin.</value>
    public Func<string, IConfiguration> PluginConfiguration { get; init; } = static _ => new ConfigurationBuilder().Build();
}
