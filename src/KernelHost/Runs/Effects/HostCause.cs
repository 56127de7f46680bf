using KernelHost.Loading;
using KernelHost.Manifests;
using KernelHost.Memory;
using KernelHost.Models;

namespace KernelHost.Runs.Effects;

/// <summary>
/// Why a call failed, in the host's own words: of the host's memory, its models, or a plugin that was unloaded. They hold no secrets, but addresses and paths of
/// the machine, so they are for whoever runs the host and not for a model. What a plugin throws says nothing here.
/// </summary>
internal static class HostCause
{
    public static string? Of(Exception? exception) => exception switch
    {
        MemoryException or ModelException => exception.Message,
        HostFailureException failure => failure.Cause,
        PluginException and not ToolFailedException => exception.Message,
        ToolException { InnerException: { } inner } => Of(inner),
        _ => null,
    };
}
