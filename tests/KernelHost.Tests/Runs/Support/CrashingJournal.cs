using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Tests.Runs.Support;

/// <summary>A journal whose process dies: after a number of events nothing more reaches the disk. Units are split, so that it can die between any two.</summary>
internal sealed class CrashingJournal(JournalStore disk, int eventsUntilCrash) : JournalStore
{
    private int _left = eventsUntilCrash;

    public bool Crashed { get; private set; }

    public override IDisposable Claim(string sessionId) => disk.Claim(sessionId);

    public override async ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        foreach (var runEvent in events)
        {
            if (_left-- <= 0)
            {
                Crashed = true;
                throw new ProcessCrash();
            }

            await disk.AppendAsync(sessionId, expectedSequence++, [runEvent], cancellationToken);
        }
    }

    public override ValueTask<IReadOnlyList<RunEvent>> ReadAsync(string sessionId, long afterSequence, CancellationToken cancellationToken) =>
        disk.ReadAsync(sessionId, afterSequence, cancellationToken);

    public override ValueTask<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken) =>
        disk.ListRunsAsync(filter, cancellationToken);

    public override ValueTask<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken) => disk.FindRunAsync(runId, cancellationToken);

    public override ValueTask<IReadOnlyList<ApprovalSummary>> ListApprovalsAsync(ApprovalFilter filter, CancellationToken cancellationToken) =>
        disk.ListApprovalsAsync(filter, cancellationToken);

    public override ValueTask<ApprovalSummary?> FindApprovalAsync(string approvalId, CancellationToken cancellationToken) =>
        disk.FindApprovalAsync(approvalId, cancellationToken);
}

internal sealed class ProcessCrash : Exception;
