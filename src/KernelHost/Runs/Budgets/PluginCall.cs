using KernelHost.Catalog;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Budgets;

/// <summary>A call whose plugin may ask the model, and what it has used by doing so.</summary>
internal sealed class PluginCall(string callId, Tool tool)
{
    public string CallId { get; } = callId;

    public Tool Tool { get; } = tool;

    /// <summary>What was used so far; <see langword="null"/> while nothing was. Changed under the lock of <see cref="PluginSpending"/>.</summary>
    public CallUsage? Used { get; set; }
}
