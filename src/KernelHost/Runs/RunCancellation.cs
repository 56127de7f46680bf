using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs;

/// <summary>
/// Ends a run that somebody wants cancelled: every open call gets an outcome that tells the truth, so that the session's conversation
/// stays whole and takes the next request. Needs the session's state only: no agent, no tool.
/// </summary>
internal static class RunCancellation
{
    public const string NotMade = "Not made: the run was cancelled.";
    public const string CutOff = "Cut off: the run was cancelled.";
    public const string Unknown = "The run was cancelled, and what became of this call is not recorded. Nobody knows whether it took effect; do not make it again.";

    /// <summary>Takes up a run that nobody works on, and ends it, in one unit.</summary>
    public static ValueTask TakeUpAndFinishAsync(SessionWriter session)
    {
        session.Stage(new RunResumed { RunId = session.State.Run!.RunId });
        return FinishAsync(session);
    }

    /// <summary>Ends the run that this process works on.</summary>
    /// <param name="session">The session.</param>
    /// <param name="charged">What is charged for the model call that was cut off for it.</param>
    public static ValueTask FinishAsync(SessionWriter session, ModelCharge? charged = null)
    {
        var run = session.State.Run!;
        foreach (var call in run.OpenCalls.Where(call => !call.Closed).ToArray())
        {
            session.Stage(Close(run.RunId, call));
        }

        if (run.TopUp is { } topUp)
        {
            session.Stage(new CallFailed { RunId = run.RunId, CallId = topUp.CallId, Failure = CallFailure.Cancelled, Error = NotMade });
        }

        var request = run.CancelRequest!;
        session.Stage(new RunCancelled { RunId = run.RunId, By = request.By, Reason = request.Reason, Charged = charged });
        return session.FlushAsync();
    }

    /// <summary>The outcome of a call that was announced and then, before it was invoked, found to be unwanted.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="call">The call.</param>
    /// <param name="again">It had been announced before by a process that died, and nobody has said that it did not happen.</param>
    public static CallFailed Withdraw(string runId, CallState call, bool again) =>
        again ? Failed(runId, call, CallFailure.UnknownOutcome, Unknown) : Failed(runId, call, CallFailure.Cancelled, NotMade);

    /// <summary>Whether the event is one of those that end a cancelled run.</summary>
    public static bool Wrote(RunEvent runEvent) =>
        runEvent is RunCancelled or CallFailed { Failure: CallFailure.Cancelled } or CallFailed { Failure: CallFailure.UnknownOutcome, Error: Unknown };

    /// <summary>What the model reads instead of an answer when the session goes on.</summary>
    public static string Describe(RunCancelled cancelled) =>
        cancelled.Reason is null ? "This request was cancelled before it was finished." : $"This request was cancelled before it was finished: {cancelled.Reason}";

    private static CallEvent Close(string runId, CallState call) => call switch
    {
        { Answer.Answer: ApprovalAnswer.Happened } => CallGate.ConfirmedByPerson(runId, call),
        { Started: true, Bound.IsPlainRead: true } => Failed(runId, call, CallFailure.Cancelled, CutOff),
        { Started: true, SubRun: not null } => Failed(runId, call, CallFailure.Cancelled, CutOff),
        { IsInDoubt: true } => Failed(runId, call, CallFailure.UnknownOutcome, Unknown),
        _ => Failed(runId, call, CallFailure.Cancelled, NotMade),
    };

    private static CallFailed Failed(string runId, CallState call, CallFailure failure, string error) =>
        new() { RunId = runId, CallId = call.CallId, Failure = failure, Error = error };
}
