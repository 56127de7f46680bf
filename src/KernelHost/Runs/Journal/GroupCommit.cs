using System.Diagnostics;

namespace KernelHost.Runs.Journal;

/// <summary>
/// Lets appends that arrive while another is being committed share the next transaction. A caller who is alone commits on its own thread
/// and pays for no hand-over; a crowd is served by a thread of its own, which does not take one from the callers.
/// </summary>
/// <param name="commit">Makes a group durable and completes each of its appends. Never called twice at once; never throws.</param>
internal sealed class GroupCommit(Action<IReadOnlyList<PendingAppend>> commit) : IDisposable
{
    // A bound on how long one transaction may take; a group of this size has long paid for its sync.
    private const int MaximumGroup = 512;

    // How long a caller that was served takes to come back, at most; one that takes longer has other things to do.
    private static readonly long Pause = Stopwatch.Frequency / 20_000;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly List<PendingAppend> _queue = [];
    private Thread? _thread;
    private int _served;
    private bool _committing;
    private bool _crowded;
    private volatile bool _disposed;

    /// <summary>Commits the append, alone or with others, in the order of these calls.</summary>
    public Task RunAsync(PendingAppend append)
    {
        lock (_gate)
        {
            if (_committing || _crowded)
            {
                _queue.Add(append);
                if (!_committing)
                {
                    HandOver();
                }

                return append.Done;
            }

            _committing = true;
        }

        commit([append]);
        lock (_gate)
        {
            _committing = false;
            if (_queue.Count > 0)
            {
                HandOver();
            }
        }

        return append.Done;
    }

    /// <summary>Ends the thread once the queue is empty.</summary>
    public void Dispose()
    {
        _disposed = true;
        _work.Release();
        _thread?.Join();
        _work.Dispose();
    }

    private void HandOver()
    {
        _committing = true;
        if (_thread is null)
        {
            _thread = new Thread(Serve) { IsBackground = true, Name = "Journal commits" };
            _thread.Start();
        }

        _work.Release();
    }

    private void Serve()
    {
        do
        {
            _work.Wait();
            while (TakeGroup() is { } group)
            {
                commit(group);
                _served = group.Count;
                Gather();
            }

            _served = 0;
        }
        while (!_disposed);
    }

    // Those whose appends have just been committed come back one by one with their next. Without this the first of them would have a
    // commit of its own and the others wait for two. Waits only as long as they keep coming.
    private void Gather()
    {
        var seen = QueueLength();
        var crowd = seen + _served;
        if (crowd < 2)
        {
            return;
        }

        var lastCame = Stopwatch.GetTimestamp();
        while (seen < crowd)
        {
            Thread.Yield();
            var now = Stopwatch.GetTimestamp();
            var length = QueueLength();
            if (length > seen)
            {
                (seen, lastCame) = (length, now);
            }
            else if (now - lastCame > Pause)
            {
                return;
            }
        }
    }

    private int QueueLength()
    {
        lock (_gate)
        {
            return _queue.Count;
        }
    }

    private List<PendingAppend>? TakeGroup()
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
            {
                _committing = false;
                return null;
            }

            // After a group of one the next caller is taken to be alone again.
            _crowded = _queue.Count > 1;
            var group = _queue.GetRange(0, Math.Min(_queue.Count, MaximumGroup));
            _queue.RemoveRange(0, group.Count);
            return group;
        }
    }
}
