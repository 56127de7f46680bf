namespace KernelHost.Loading;

/// <summary>The proof of an unload. It keeps nothing of the plugin alive.</summary>
public sealed class PluginUnload
{
    private readonly WeakReference _context;

    internal PluginUnload(string pluginId, string version, WeakReference context) => (PluginId, Version, _context) = (pluginId, version, context);

    /// <summary>The plugin that was unloaded.</summary>
    public string PluginId { get; }

    /// <summary>Its version.</summary>
    public string Version { get; }

    /// <summary>Whether the load context has been collected. It needs garbage collections to become <see langword="true"/>.</summary>
    public bool IsComplete => !_context.IsAlive;

    /// <summary>Collects garbage until the context is gone. Expensive: for tests and for an operator's question, not for a hot path.</summary>
    /// <param name="attempts">How many full collections to try.</param>
    /// <returns>Whether the context is gone. If not, something still refers to the plugin; <c>docs/plugins.md</c> lists the usual causes.</returns>
    public bool Collect(int attempts = 20)
    {
        for (var attempt = 0; attempt < attempts && _context.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return IsComplete;
    }
}
