using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Journal;

/// <summary>
/// Where journals are kept: one append-only log of events per session, and the lists of runs and approvals that follow from them.
/// Safe for concurrent use, by several processes where the store is a file.
/// </summary>
public abstract class JournalStore : IAsyncDisposable
{
    /// <summary>Claims the session for this process, so that no two processes run it at once. Dispose to release; a dead process releases by itself.</summary>
    /// <exception cref="SessionBusyException">Another run holds the session.</exception>
    public abstract IDisposable Claim(string sessionId);

    /// <summary>Appends the events as one unit: all or none are durable when this returns.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="expectedSequence">The sequence of the last event the caller has seen; 0 for a new session.</param>
    /// <param name="events">At least one event, numbered from <paramref name="expectedSequence"/> + 1.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <exception cref="JournalConflictException">Somebody else has appended since.</exception>
    /// <exception cref="JournalException">The store cannot be written.</exception>
    public abstract ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken);

    /// <summary>The events of a session after a sequence, in order; empty for an unknown session.</summary>
    /// <exception cref="JournalException">The store cannot be read, or holds an event this version does not know.</exception>
    public abstract ValueTask<IReadOnlyList<RunEvent>> ReadAsync(string sessionId, long afterSequence, CancellationToken cancellationToken);

    /// <summary>The sequence of a session's last event, cheaply; 0 for an unknown session.</summary>
    /// <exception cref="JournalException">The store cannot be read.</exception>
    public abstract ValueTask<long> LastSequenceAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>
    /// Calls back behind each append that this process makes to the session, on the thread that made it, until the result is disposed.
    /// What other processes append is not told: look at <see cref="LastSequenceAsync"/> for that, too.
    /// </summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="appended">Receives the events; must be quick and must not throw.</param>
    public virtual IDisposable Watch(string sessionId, Action<IReadOnlyList<RunEvent>> appended) => AppendWatchers.None;

    /// <summary>A snapshot of the session's state, to fold on from; <see langword="null"/> when there is none that can be used.</summary>
    internal virtual ValueTask<byte[]?> ReadSnapshotAsync(string sessionId, CancellationToken cancellationToken) => new((byte[]?)null);

    /// <summary>Keeps a snapshot when it costs nobody anything. The store may forget it.</summary>
    internal virtual void KeepSnapshot(SessionSnapshot snapshot)
    {
    }

    /// <summary>The runs, newest first.</summary>
    /// <param name="filter">What to list.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public abstract ValueTask<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken);

    /// <summary>One run, or <see langword="null"/>.</summary>
    public abstract ValueTask<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The approvals, newest first.</summary>
    /// <param name="filter">What to list.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public abstract ValueTask<IReadOnlyList<ApprovalSummary>> ListApprovalsAsync(ApprovalFilter filter, CancellationToken cancellationToken);

    /// <summary>One approval, or <see langword="null"/>.</summary>
    public abstract ValueTask<ApprovalSummary?> FindApprovalAsync(string approvalId, CancellationToken cancellationToken);

    /// <summary>What people have remembered and not taken back, oldest first.</summary>
    /// <param name="filter">What to list.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public abstract ValueTask<IReadOnlyList<RememberedApproval>> ListRememberedAsync(RememberedFilter filter, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
