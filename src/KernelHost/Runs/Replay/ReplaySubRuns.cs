using System.Runtime.CompilerServices;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using KernelHost.Runs.SubRuns;
using KernelHost.Text;

namespace KernelHost.Runs.Replay;

/// <summary>Answers calls to other agents from the journal of the run that called, in the recorded order; no sub-run is made.</summary>
internal sealed class ReplaySubRuns(ReplaySegment replay) : SubRunHost
{
    public override SubRunRef NewRef(string callId) =>
        Announced(replay.Recorded.Own, callId) ?? Announced(replay.Recording.Events, callId) ?? new SubRunRef("ses_new", "run_new");

    public override async ValueTask<BoundAgent?> FindAgentAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await replay.FindAgent(name);
        }
        catch (Exception exception) when (exception is SourceException or RunException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    public override ValueTask<bool> HasNewsAsync(RunState run) =>
        new(replay.Journal.Own < replay.Recorded.Own.Count && replay.Recorded.Own[replay.Journal.Own] is RunResumed);

    public override async IAsyncEnumerable<SubRunEnd> RunAsync(
        SessionState parent, IReadOnlyList<SubRunCall> calls, int parallel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var call in calls.OrderBy(call => Outcome(call.Call.CallId)?.Index ?? int.MaxValue))
        {
            yield return new SubRunEnd(call.Call, Copy(call.Call, cancellationToken));
        }
    }

    private Func<SessionState, CallEvent>? Copy(CallState call, CancellationToken cancellationToken) => Outcome(call.CallId)?.Outcome switch
    {
        CallCompleted completed => parent => new CallCompleted
        {
            RunId = parent.Run!.RunId,
            CallId = call.CallId,
            Result = completed.Result,
            Integrity = completed.Integrity,
            Passages = completed.Passages,
            DurationMs = completed.DurationMs,
            ApprovalId = call.ApprovalId,
            SubRunUsage = completed.SubRunUsage,
        },
        CallFailed { Failure: CallFailure.Failed } failed => parent => new CallFailed
        {
            RunId = parent.Run!.RunId,
            CallId = call.CallId,
            Failure = failed.Failure,
            Error = failed.Error,
            Integrity = failed.Integrity,
            DurationMs = failed.DurationMs,
            SubRunUsage = failed.SubRunUsage,
        },
        CallFailed { Failure: CallFailure.Limit } => CutOff(cancellationToken),
        _ => Waits(cancellationToken),
    };

    // Not answered here: the recording tells whether it waited, or what cut it off.
    private Func<SessionState, CallEvent>? Waits(CancellationToken cancellationToken)
    {
        switch (replay.Recorded.Own.ElementAtOrDefault(replay.Journal.Own))
        {
            case RunInterrupted { Stopped: true } stopped:
                throw new RunStoppedException(stopped.Reason);
            case RunInterrupted { Failed: true } interrupted:
                throw new SubRunException(interrupted.Reason);
            case RunInterrupted:
                replay.Cancel();
                throw new OperationCanceledException(cancellationToken);
            case { } next when RunCancellation.Wrote(next):
                replay.NoticeCancelRequest();
                throw new OperationCanceledException(cancellationToken);
            case null:
                throw replay.End(missing: null);
            default:
                return null;
        }
    }

    // A limit closed the call while the agent was at work: time had run out.
    private Func<SessionState, CallEvent>? CutOff(CancellationToken cancellationToken)
    {
        replay.Clock.FireTimers();
        throw new OperationCanceledException(cancellationToken);
    }

    // A call may wait through several takings-up of the run, all in one segment; its outcome counts only where the recording has come to.
    private (CallEvent Outcome, int Index)? Outcome(string callId) => replay.Recorded.Outcome(callId) is { } outcome && IsNext(outcome.Index) ? outcome : null;

    private bool IsNext(int index)
    {
        for (var i = replay.Journal.Own; i < index; i++)
        {
            if (replay.Recorded.Own[i] is not CallEvent)
            {
                return false;
            }
        }

        return true;
    }

    private static SubRunRef? Announced(IEnumerable<RunEvent> events, string callId) =>
        events.OfType<CallStarted>().FirstOrDefault(started => started.CallId == callId)?.SubRun;
}
