using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;

namespace KernelHost.Runs.SubRuns;

/// <summary>Looks at the open sub-runs below a run, in their journals, without taking them up.</summary>
internal sealed class SubRunTree(JournalStore journal, TimeProvider? clock = null)
{
    /// <summary>Whether the run and all below it wait for people who have not answered and still may.</summary>
    public ValueTask<bool> IsWaitingAsync(RunState run, CancellationToken cancellationToken) => IsWaitingAsync(run, pausedWaits: false, cancellationToken);

    /// <summary>Whether a sub-run that an open call waits for could go on by itself, or has ended. One that people paused goes on when they resume it.</summary>
    public async ValueTask<bool> HasNewsAsync(RunState run, CancellationToken cancellationToken)
    {
        foreach (var call in run.OpenCalls)
        {
            if (call is { Closed: false, Waiting: false, SubRun: { } child } && !await IsWaitingAsync(child, pausedWaits: true, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask<bool> IsWaitingAsync(RunState run, bool pausedWaits, CancellationToken cancellationToken)
    {
        if (run.MustCancel || (run.Status != RunStatus.WaitingForApproval && !(pausedWaits && run.Status == RunStatus.Paused)))
        {
            return false;
        }

        if (run.Status != RunStatus.Paused && run.TopUp is { } topUp && !IsOpen(topUp))
        {
            return false;
        }

        foreach (var call in run.OpenCalls)
        {
            if (run.Status != RunStatus.Paused && !call.Closed && !IsOpen(call) && !(call.SubRun is { } child && await IsWaitingAsync(child, pausedWaits, cancellationToken)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The runs that are open below a run, in the order of their calls, each before those below it.</summary>
    public async Task<IReadOnlyList<RunState>> BelowAsync(RunState run, CancellationToken cancellationToken)
    {
        List<RunState> below = [];
        foreach (var call in run.OpenCalls)
        {
            if (call is { Closed: false, SubRun: { } child } && await ReadAsync(child, cancellationToken) is { } state)
            {
                below.Add(state);
                below.AddRange(await BelowAsync(state, cancellationToken));
            }
        }

        return below;
    }

    private bool IsOpen(CallState call) => !call.Closed && call.Approval is { } asked && IsOpen(asked);

    private bool IsOpen(ApprovalSummary asked) => asked.Status == ApprovalStatus.Pending && !(clock is not null && asked.IsOverdue(clock.GetUtcNow()));

    private async ValueTask<bool> IsWaitingAsync(SubRunRef child, bool pausedWaits, CancellationToken cancellationToken) =>
        await ReadAsync(child, cancellationToken) is { } run && await IsWaitingAsync(run, pausedWaits, cancellationToken);

    private async ValueTask<RunState?> ReadAsync(SubRunRef child, CancellationToken cancellationToken)
    {
        var state = new SessionState(child.SessionId);
        foreach (var runEvent in await journal.ReadAsync(child.SessionId, afterSequence: 0, cancellationToken))
        {
            state.Apply(runEvent);
        }

        return state.Run;
    }
}
