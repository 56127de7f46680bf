using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace KernelHost.Loading;

/// <summary>What the host gives to the plugins it loads.</summary>
internal sealed record LoadSettings
{
    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>Each plugin gets the sub-directory of its id.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The configuration section of a plugin id.</summary>
    public required Func<string, IConfiguration> Configuration { get; init; }

    /// <summary>What a plugin sees that is loaded to be looked at only: no configuration, and a data directory nobody creates.</summary>
    public static LoadSettings ForInspection(ILoggerFactory loggerFactory, string dataDirectory) => new()
    {
        LoggerFactory = loggerFactory,
        DataDirectory = dataDirectory,
        Configuration = _ => new ConfigurationBuilder().Build(),
    };

    public PluginEnvironment Environment(string id, string version, string pluginDirectory) => new()
    {
        Id = id,
        Version = version,
        PluginDirectory = pluginDirectory,
        DataDirectory = Path.Combine(DataDirectory, id),
        Configuration = Configuration(id),
    };
}
