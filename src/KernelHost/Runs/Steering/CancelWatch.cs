using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Steering;

/// <summary>
/// Notices while a run waits for its model or a tool that somebody has asked to cancel it. In this process it is told at once; what
/// another process writes it finds by looking where the journal ends, a few times a second. The first look comes one interval after
/// the start, so a short run pays for none.
/// </summary>
internal sealed class CancelWatch : IDisposable
{
    /// <summary>How long it takes at most until a request of another process is noticed.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly JournalStore _journal;
    private readonly SessionState _state;
    private readonly string _runId;
    private readonly CancellationTokenSource _requested = new();
    private readonly Lock _gate = new();
    private readonly IDisposable _watcher;
    private readonly ITimer _timer;
    private long _seen;
    private int _looking;
    private bool _disposed;

    public CancelWatch(JournalStore journal, SessionState state, TimeProvider clock)
    {
        (_journal, _state, _runId, _seen) = (journal, state, state.Run!.RunId, state.Sequence);
        _watcher = journal.Watch(state.SessionId, OnAppended);
        _timer = clock.CreateTimer(static watch => ((CancelWatch)watch!).Look(), this, Interval, Interval);
    }

    /// <summary>Cancelled when a request is in the journal; the loop then takes it in.</summary>
    public CancellationToken Token => _requested.Token;

    public void Dispose()
    {
        _timer.Dispose();
        _watcher.Dispose();
        lock (_gate)
        {
            _disposed = true;
            _requested.Dispose();
        }
    }

    private void OnAppended(IReadOnlyList<RunEvent> events)
    {
        if (events is [CancelRequested request] && request.RunId == _runId)
        {
            Signal();
        }
    }

    private void Look()
    {
        if (Interlocked.Exchange(ref _looking, 1) == 0)
        {
            _ = LookAsync();
        }
    }

    private async Task LookAsync()
    {
        try
        {
            var last = await _journal.LastSequenceAsync(_state.SessionId, CancellationToken.None);
            if (last > _seen)
            {
                var events = await _journal.ReadAsync(_state.SessionId, _seen, CancellationToken.None);
                _seen = last;
                if (events.Any(runEvent => runEvent is CancelRequested && runEvent.RunId == _runId))
                {
                    Signal();
                }
            }
        }
        catch (Exception exception) when (exception is JournalException or ObjectDisposedException)
        {
            // A journal that cannot be read now is looked at again; if it stays so, the run fails at its next event.
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    // What waits for the token goes on elsewhere: whoever cancels is not made to run a stranger's code.
    private void Signal()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _ = _requested.CancelAsync();
            }
        }
    }
}
