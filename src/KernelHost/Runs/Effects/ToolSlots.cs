namespace KernelHost.Runs.Effects;

/// <summary>How many calls the tools of a plugin serve at once, over all runs of this process. Who waits longest is served first.</summary>
/// <param name="maximum">The number per plugin id; a plugin that is absent has no bound.</param>
internal sealed class ToolSlots(IReadOnlyDictionary<string, int> maximum)
{
    private readonly Dictionary<string, SemaphoreSlim> _free = maximum.ToDictionary(pair => pair.Key, pair => new SemaphoreSlim(pair.Value, pair.Value), StringComparer.Ordinal);

    /// <summary>Waits for a slot. The caller disposes it.</summary>
    /// <returns><see langword="null"/> when the plugin has no bound.</returns>
    /// <exception cref="OperationCanceledException">The caller does not wait any more.</exception>
    public async ValueTask<ToolSlot?> EnterAsync(string pluginId, CancellationToken cancellationToken)
    {
        if (!_free.TryGetValue(pluginId, out var free))
        {
            return null;
        }

        await free.WaitAsync(cancellationToken);
        return new ToolSlot(free);
    }
}

/// <summary>One of the calls a plugin serves at once.</summary>
internal sealed class ToolSlot(SemaphoreSlim free) : IDisposable
{
    private SemaphoreSlim? _free = free;

    /// <summary>The slot is free again when the call has really ended, not when its caller goes on.</summary>
    public void KeepUntil(Task ended)
    {
        if (Interlocked.Exchange(ref _free, null) is { } held)
        {
            ended.ContinueWith((_, state) => ((SemaphoreSlim)state!).Release(), held, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
}
