using KernelHost.Catalog;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using KernelHost.Runs.Stops;

namespace KernelHost.Runs.Replay;

/// <summary>Stops what was stopped in the recording, where it was. What is stopped today stops no replay: it does nothing.</summary>
internal sealed class RecordedStops(ReplaySegment replay) : KillSwitch
{
    public override string? StoppedRun(SessionState session, IReadOnlyList<RunAncestor> ancestors) =>
        replay.RecordedNext is RunInterrupted { Stopped: true } interrupted ? interrupted.Reason : null;

    public override string? StoppedCall(string callId, Tool tool) =>
        replay.Recorded.Outcome(callId)?.Outcome is CallFailed { Failure: CallFailure.Stopped } failed ? NotMade.Reason(failed.Error) : null;

    public override string? StoppedStart(string agent, string sessionId) => null;
}
