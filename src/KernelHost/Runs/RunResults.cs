using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using KernelHost.Runs.SubRuns;

namespace KernelHost.Runs;

/// <summary>Reads the result of the latest run off a session's state.</summary>
internal static class RunResults
{
    /// <summary>Folds the session up to the run's end, or to where it stands now. Runs of a session follow one another.</summary>
    public static async ValueTask<RunResult> ReadAsync(RunSummary run, JournalStore journal, CancellationToken cancellationToken)
    {
        var state = new SessionState(run.SessionId);
        foreach (var runEvent in await journal.ReadAsync(run.SessionId, afterSequence: 0, cancellationToken))
        {
            state.Apply(runEvent);
            if (state.Run?.RunId == run.RunId && state.Run.Ended)
            {
                break;
            }
        }

        return await CreateAsync(state, journal, cancellationToken);
    }

    public static async ValueTask<RunResult> CreateAsync(SessionState session, JournalStore journal, CancellationToken cancellationToken)
    {
        var run = session.Run!;
        return new RunResult
        {
            RunId = run.RunId,
            SessionId = session.SessionId,
            Agent = run.Agent,
            Status = run.Status,
            Answer = run.Completed?.Answer,
            Citations = run.Completed?.Citations ?? [],
            Grounding = run.Completed?.Grounding,
            Limit = run.Completed?.Limit,
            Interruption = run.Status == RunStatus.Interrupted ? run.Interrupted?.Reason : null,
            Failed = run.Status == RunStatus.Interrupted && run.Interrupted is { Failed: true },
            CancelledBy = run.Cancelled?.By,
            CancelReason = run.Cancelled?.Reason,
            PausedBy = run.Status == RunStatus.Paused ? run.Paused?.By : null,
            PauseReason = run.Status == RunStatus.Paused ? run.Paused?.Reason : null,
            DeniedByPolicy = run.DeniedByPolicy,
            Approvals = run.Status == RunStatus.WaitingForApproval ? await ApprovalsAsync(run, journal, cancellationToken) : [],
            Usage = run.Usage,
        };
    }

    // What a sub-run asks keeps the run above it waiting, too.
    private static async ValueTask<IReadOnlyList<ApprovalSummary>> ApprovalsAsync(RunState run, JournalStore journal, CancellationToken cancellationToken)
    {
        var approvals = await journal.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending, run.RunId), cancellationToken);
        foreach (var below in await new SubRunTree(journal).BelowAsync(run, cancellationToken))
        {
            approvals = [.. approvals, .. await journal.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending, below.RunId), cancellationToken)];
        }

        return approvals;
    }
}
