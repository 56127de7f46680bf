using KernelHost.Manifests;

namespace KernelHost.Loading;

/// <summary>A tool or retriever of a plugin failed. The message is safe to show to a model; it says nothing of the cause.</summary>
public sealed class ToolFailedException : PluginException
{
    internal ToolFailedException(string pluginId, string name, string details, bool isTransient)
        : base(pluginId, $"An error occurred invoking '{name}'.")
    {
        (Details, IsTransient) = (details, isTransient);
    }

    /// <summary>The whole exception as text, for the operator only: it may hold secrets. The loader has logged it already.</summary>
    public string Details { get; }

    /// <summary>Whether the fault is known to pass by itself: the same call may well succeed in a moment.</summary>
    public bool IsTransient { get; }
}
