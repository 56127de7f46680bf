namespace KernelHost.Runs.Journal;

/// <summary>
/// Lets appends that arrive while another is being committed share the next transaction. The first caller commits on its own thread, so
/// that a single writer pays for no hand-over; those who queue up behind it are committed together by the thread pool.
/// </summary>
/// <param name="commit">Makes a group durable and completes each of its appends. Never called twice at once; never throws.</param>
internal sealed class GroupCommit(Action<IReadOnlyList<PendingAppend>> commit)
{
    // A bound on how long one transaction may take; a group of this size has long paid for its sync.
    private const int MaximumGroup = 512;

    private readonly Lock _gate = new();
    private readonly List<PendingAppend> _queue = [];
    private bool _committing;

    /// <summary>Commits the append, alone or with others, in the order of these calls.</summary>
    public Task RunAsync(PendingAppend append)
    {
        lock (_gate)
        {
            if (_committing)
            {
                _queue.Add(append);
                return append.Done;
            }

            _committing = true;
        }

        commit([append]);
        if (TakeGroup() is { } next)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Self.CommitQueue(state.Group), (Self: this, Group: next), preferLocal: false);
        }

        return append.Done;
    }

    private void CommitQueue(List<PendingAppend>? group)
    {
        for (; group is not null; group = TakeGroup())
        {
            commit(group);
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

            var group = _queue.GetRange(0, Math.Min(_queue.Count, MaximumGroup));
            _queue.RemoveRange(0, group.Count);
            return group;
        }
    }
}
