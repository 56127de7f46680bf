using KernelHost.Policy;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using KernelHost.Runs.SubRuns;
using KernelHost.Telemetry;
using KernelHost.Text;

namespace KernelHost.Runs;

/// <summary>
/// The one gate to an effect. Takes an open call as far as it can go without doing anything: refuses it, asks a human, or lets it
/// stand to be made. Also takes up calls that a crash or a human's answer left behind.
/// </summary>
internal sealed class CallGate(BoundAgent agent, SessionWriter session)
{
    private RunState Run => session.State.Run!;

    public void Decide(CallState call)
    {
        call.Ready = false;
        if (call.Closed || call.Waiting)
        {
            return;
        }

        if ((call.Bound ??= agent.FindTool(call.Call.Name)) is not { } bound)
        {
            DecideWithoutTool(call);
        }
        else if (call.Answer is { } answer)
        {
            TakeAnswer(call, bound, answer);
        }
        else if (call.Started)
        {
            TakeUp(call, bound);
        }
        else
        {
            DecideNew(call, bound);
        }
    }

    // A tool that was taken away cannot be called, but what a person knows, or nobody knows, of an earlier call still stands.
    private void DecideWithoutTool(CallState call)
    {
        if (call.Answer is { Answer: not (ApprovalAnswer.Approved or ApprovalAnswer.DidNotHappen) } answer)
        {
            TakeFinalAnswer(call, answer);
        }
        else if (call is { Started: true, Answer: null })
        {
            Refuse(call, CallFailure.UnknownOutcome, $"The host was interrupted during this call and has no tool '{call.Call.Name}' any more. Nobody knows whether it took effect.");
        }
        else
        {
            Refuse(call, CallFailure.Invalid, $"There is no tool '{call.Call.Name}'.{NearestName.Hint(call.Call.Name, agent.ModelNames)}");
        }
    }

    // The process died, or the caller cancelled, between announcement and outcome.
    private void TakeUp(CallState call, BoundTool bound)
    {
        if (!bound.IsRepeatable)
        {
            Ask(call, bound, ApprovalKind.Outcome, "The host stopped while this call was being made. Did it take effect?");
        }
        else
        {
            Repeat(call, bound);
        }
    }

    private void Repeat(CallState call, BoundTool bound)
    {
        var decision = Decision(call, bound);
        if (decision.Verdict == Verdict.Deny)
        {
            Deny(call, bound, decision);
        }
        else if (decision.Verdict == Verdict.Ask && call.ApprovedDigest != Digest(call, bound))
        {
            if (call.SubRun is not null)
            {
                // Nothing is unknown here: the sub-run's journal tells what it did.
                Ask(call, bound, ApprovalKind.Action, "The agent or the policy has changed since this agent was asked. May it go on?");
                return;
            }

            // What was approved, or ran without asking, is not what would run now.
            Ask(call, bound, ApprovalKind.Outcome, "The host stopped while this call was being made, and the plugin, its tool or the policy has changed since. Did it take effect?");
        }
        else
        {
            call.Ready = true;
        }
    }

    private void DecideNew(CallState call, BoundTool bound)
    {
        if ((call.Call.ArgumentsError ?? bound.Arguments.Check(call.Call.Arguments)) is { } problem)
        {
            Refuse(call, CallFailure.Invalid, problem);
            return;
        }

        if (bound.Tool.Agent is { } link && AgentCalls.Refusal(link, agent, Run) is { } refusal)
        {
            Refuse(call, CallFailure.Limit, refusal);
            return;
        }

        var decision = Decision(call, bound);
        if (decision.Verdict == Verdict.Deny)
        {
            Deny(call, bound, decision);
            return;
        }

        Record(call, bound, decision);
        if (decision.Verdict == Verdict.Ask)
        {
            if (MayAskMore())
            {
                Ask(call, bound, ApprovalKind.Action, decision.Reason);
            }
            else
            {
                Refuse(call, CallFailure.Limit, $"Not made: the run has reached its limit of {LimitCheck.ToolCalls(agent.Limits)}.");
            }
        }
        else
        {
            call.Ready = true;
        }
    }

    // A reply may propose any number of calls; people are not asked about more than could be made.
    private bool MayAskMore()
    {
        var taken = Run.ToolCalls;
        foreach (var call in Run.OpenCalls)
        {
            taken += !call.Started && (call.Ready || call.Waiting) ? 1 : 0;
        }

        return taken < agent.Limits.ToolCalls;
    }

    private void TakeAnswer(CallState call, BoundTool bound, ApprovalDecided answer)
    {
        if (answer.Answer is ApprovalAnswer.Approved or ApprovalAnswer.DidNotHappen)
        {
            Confirm(call, bound);
        }
        else
        {
            TakeFinalAnswer(call, answer);
        }
    }

    private void TakeFinalAnswer(CallState call, ApprovalDecided answer)
    {
        switch (answer.Answer)
        {
            case ApprovalAnswer.Denied:
                Refuse(call, CallFailure.DeniedByPerson, answer.Reason is null ? "A person denied this call." : $"A person denied this call: {answer.Reason}");
                break;
            case ApprovalAnswer.Happened:
                session.Stage(ConfirmedByPerson(Run.RunId, call));
                break;
            default:
                Refuse(call, CallFailure.UnknownOutcome, "The host was interrupted during this call. Nobody knows whether it took effect; do not make it again.");
                break;
        }
    }

    /// <summary>The outcome of an interrupted call of which a person knows that it happened.</summary>
    public static CallCompleted ConfirmedByPerson(string runId, CallState call) => new()
    {
        RunId = runId,
        CallId = call.CallId,
        Result = "A person confirmed that this call took effect before the host was interrupted. Its result was not recorded.",
        Integrity = Integrity.Trusted,
    };

    // A yes is for one exact action. If anything it was bound to has changed since, the question is asked again, unless the policy
    // by now allows the call without one; if the policy by now denies it, a yes does not help.
    private void Confirm(CallState call, BoundTool bound)
    {
        var decision = Decision(call, bound);
        if (decision.Verdict == Verdict.Deny)
        {
            Deny(call, bound, decision);
        }
        else if (decision.Verdict == Verdict.Ask && call.Answer!.Digest != Digest(call, bound))
        {
            Ask(call, bound, call.Question!.Kind, "The plugin, its tool or the policy has changed since this call was approved.");
        }
        else
        {
            call.Ready = true;
        }
    }

    private void Deny(CallState call, BoundTool bound, Decision decision)
    {
        Record(call, bound, decision);
        Refuse(call, CallFailure.DeniedByPolicy, $"The policy denies this call ({decision.Rule}): {decision.Reason}");
    }

    private Decision Decision(CallState call, BoundTool bound) =>
        agent.Policy.Decide(bound.Tool, call.Call.Arguments, agent.Name, Run.Started.Principal);

    private void Record(CallState call, BoundTool bound, Decision decision)
    {
        HostTelemetry.Decisions.Add(1, ModelTelemetry.VerdictTag(decision.Verdict));
        session.Stage(new CallDecided
        {
            RunId = Run.RunId,
            CallId = call.CallId,
            Tool = bound.Tool.QualifiedName,
            Verdict = decision.Verdict,
            Rule = decision.Rule,
            Reason = decision.Reason,
        });
    }

    private void Ask(CallState call, BoundTool bound, ApprovalKind kind, string reason) => session.Stage(new ApprovalRequested
    {
        RunId = Run.RunId,
        CallId = call.CallId,
        ApprovalId = session.NewApprovalId(call.CallId),
        Kind = kind,
        Tool = bound.Tool.QualifiedName,
        PluginVersion = bound.Tool.PluginVersion,
        Arguments = call.Call.Arguments,
        Digest = Digest(call, bound),
        Reason = reason,
    });

    private void Refuse(CallState call, CallFailure failure, string error) =>
        session.Stage(new CallFailed { RunId = Run.RunId, CallId = call.CallId, Failure = failure, Error = error });

    private string Digest(CallState call, BoundTool bound) =>
        ActionDigest.Compute(bound.Tool, call.Call.Arguments, Run.Started.Principal, agent.PolicyVersion);
}
