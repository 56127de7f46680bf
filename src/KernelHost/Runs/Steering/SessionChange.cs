using KernelHost.Runs.Journal;

namespace KernelHost.Runs.Steering;

/// <summary>Waits for a session to change: told at once by this process, and after an interval at the latest, because other processes tell nothing. Not thread-safe.</summary>
internal sealed class SessionChange : IDisposable
{
    /// <summary>After which time it is worth looking again in any case.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _changed = new(0);
    private readonly IDisposable _watcher;

    public SessionChange(JournalStore journal, string sessionId, TimeProvider clock)
    {
        _clock = clock;
        _watcher = journal.Watch(sessionId, _ => _changed.Release());
    }

    /// <summary>Returns when there may be something new. What was new before the call counts, so nothing is missed between looking and waiting.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        using var interval = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = _clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), interval, Interval, Timeout.InfiniteTimeSpan);
        try
        {
            await _changed.WaitAsync(interval.Token);
            while (_changed.CurrentCount > 0 && await _changed.WaitAsync(TimeSpan.Zero, CancellationToken.None))
            {
                // However many changes there were, one look shows them all.
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The interval is over.
        }
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _changed.Dispose();
    }
}
