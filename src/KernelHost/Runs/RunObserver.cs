using KernelHost.Runs.Events;

namespace KernelHost.Runs;

/// <summary>Watches a run from the process that runs it. Every method is optional; calls come one at a time.</summary>
public abstract class RunObserver
{
    /// <summary>A piece of the answer as the model writes it. It may still be followed by tool calls.</summary>
    public virtual ValueTask OnTextAsync(string text, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>What was told since the last reply counts for nothing: its model broke off, and another begins anew.</summary>
    public virtual ValueTask OnRestartAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>An event that is now durable.</summary>
    public virtual ValueTask OnEventAsync(RunEvent runEvent) => ValueTask.CompletedTask;
}
