using KernelHost.Manifests;

namespace KernelHost.Loading;

/// <summary>A tool or retriever of a plugin failed. The message is safe to show to a model; it says nothing of the cause.</summary>
public sealed class ToolFailedException : PluginException
{
    internal ToolFailedException(string pluginId, string name, string details)
        : base(pluginId, $"An error occurred invoking '{name}'.")
    {
        Details = details;
    }

    /// <summary>The whole exception as text, for the operator only: it may hold secrets. The loader has logged it already.</summary>
    public string Details { get; }
}
