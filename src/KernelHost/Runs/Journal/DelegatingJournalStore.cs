using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Journal;

/// <summary>Passes everything to another store; a decorator overrides what it changes. It owns the other store.</summary>
/// <param name="inner">The store that does the work.</param>
public abstract class DelegatingJournalStore(JournalStore inner) : JournalStore
{
    /// <inheritdoc/>
    public override IDisposable Claim(string sessionId) => inner.Claim(sessionId);

    /// <inheritdoc/>
    public override ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken) =>
        inner.AppendAsync(sessionId, expectedSequence, events, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<RunEvent>> ReadAsync(string sessionId, long afterSequence, CancellationToken cancellationToken) =>
        inner.ReadAsync(sessionId, afterSequence, cancellationToken);

    internal override ValueTask<byte[]?> ReadSnapshotAsync(string sessionId, CancellationToken cancellationToken) => inner.ReadSnapshotAsync(sessionId, cancellationToken);

    internal override void KeepSnapshot(SessionSnapshot snapshot) => inner.KeepSnapshot(snapshot);

    /// <inheritdoc/>
    public override ValueTask<long> LastSequenceAsync(string sessionId, CancellationToken cancellationToken) =>
        inner.LastSequenceAsync(sessionId, cancellationToken);

    /// <inheritdoc/>
    public override IDisposable Watch(string sessionId, Action<IReadOnlyList<RunEvent>> appended) => inner.Watch(sessionId, appended);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken) =>
        inner.ListRunsAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken) => inner.FindRunAsync(runId, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<ApprovalSummary>> ListApprovalsAsync(ApprovalFilter filter, CancellationToken cancellationToken) =>
        inner.ListApprovalsAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<ApprovalSummary?> FindApprovalAsync(string approvalId, CancellationToken cancellationToken) =>
        inner.FindApprovalAsync(approvalId, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<RememberedApproval>> ListRememberedAsync(RememberedFilter filter, CancellationToken cancellationToken) =>
        inner.ListRememberedAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
