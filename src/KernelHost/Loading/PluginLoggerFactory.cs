using Microsoft.Extensions.Logging;

namespace KernelHost.Loading;

/// <summary>The host's log for a plugin: by category name, so that the host's factory never holds one of the plugin's types.</summary>
internal sealed class PluginLoggerFactory(ILoggerFactory host) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => host.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("A plugin cannot add a logger provider to the host. Write to the ILogger it is given.");

    public void Dispose()
    {
        // The factory belongs to the host and outlives the plugin.
    }
}
