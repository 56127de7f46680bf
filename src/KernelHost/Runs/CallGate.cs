using KernelHost.Policy;
using KernelHost.Policy.Budgets;
using KernelHost.Runs.Approvals;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.Provenance;
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
    private readonly CallQuestions _questions = new(agent, session);

    private RunState Run => session.State.Run!;

    /// <summary>Decides on the call.</summary>
    /// <returns>Whether it has to be asked about and nothing was decided yet: <see cref="DecideWithRememberedAsync"/> does.</returns>
    public bool Decide(CallState call)
    {
        (call.Ready, call.MustInquire) = (false, false);
        if (call.Closed)
        {
            return false;
        }

        if ((call.Bound ??= agent.FindTool(call.Call.Name)) is not { } bound)
        {
            DecideWithoutTool(call);
        }
        else if (call.Approval is not null)
        {
            TakeUpQuestion(call, bound);
        }
        else if (call.Started)
        {
            TakeUp(call, bound);
        }
        else
        {
            return DecideNew(call, bound);
        }

        return false;
    }

    /// <summary>Decides on a call that a human would be asked about, unless one has said before that he need not be.</summary>
    public async ValueTask DecideWithRememberedAsync(CallState call, CancellationToken cancellationToken)
    {
        var remembered = await session.FindRemembered(call, cancellationToken);
        var decision = Decision(call, call.Bound!);
        if (RememberedMatch.Find(remembered, call, decision, agent.Name, session.State) is { } allowed)
        {
            Allow(call, call.Bound!, decision, allowed);
        }
        else
        {
            AskNew(call, call.Bound!, decision);
        }
    }

    // A tool that was taken away cannot be called, but what a person knows, or nobody knows, of an earlier call still stands.
    private void DecideWithoutTool(CallState call)
    {
        if (call.Waiting && !_questions.IsOverdue(call))
        {
            return;
        }

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
        if (bound.IsRepeatable || call.IsKnownUnmade)
        {
            Repeat(call, bound);
        }
        else if (bound.Tool.OutcomeCheck is not null && call.Reported is null or { Outcome: OutcomeKind.Happened } && Decision(call, bound).Verdict != Verdict.Deny)
        {
            // Happened and still open: the process died before it could record with what result.
            call.MustInquire = true;
        }
        else
        {
            _questions.Ask(call, bound, ApprovalKind.Outcome, Decision(call, bound), UnknownOutcome.Question(call));
        }
    }

    private void Repeat(CallState call, BoundTool bound)
    {
        var decision = Decision(call, bound);
        if (decision.Verdict == Verdict.Deny)
        {
            Deny(call, bound, decision);
        }
        else if (decision.Verdict == Verdict.Ask && !_questions.HeldWhenAnnounced(call, bound))
        {
            if (call.SubRun is not null)
            {
                // Nothing is unknown here: the sub-run's journal tells what it did.
                _questions.Ask(call, bound, ApprovalKind.Action, decision, "The agent or the policy has changed since this agent was asked. May it go on?");
                return;
            }

            if (call.IsKnownUnmade)
            {
                _questions.Ask(call, bound, ApprovalKind.Action, decision, "This call was interrupted before it took effect, and the plugin, its tool or the policy has changed since. May it be made now?");
                return;
            }

            // What was approved, or ran without asking, is not what would run now.
            _questions.Ask(call, bound, ApprovalKind.Outcome, decision, "The host stopped while this call was being made, and the plugin, its tool or the policy has changed since. Did it take effect?");
        }
        else
        {
            call.Ready = true;
        }
    }

    private bool DecideNew(CallState call, BoundTool bound)
    {
        if ((call.Call.ArgumentsError ?? bound.Arguments.Check(call.Arguments)) is { } problem)
        {
            Refuse(call, CallFailure.Invalid, problem);
            return false;
        }

        if (bound.Tool.Agent is { } link && AgentCalls.Refusal(link, agent, Run) is { } refusal)
        {
            Refuse(call, CallFailure.Limit, refusal);
            return false;
        }

        var decision = Decision(call, bound);
        switch (decision.Verdict)
        {
            case Verdict.Deny:
                Deny(call, bound, decision);
                return false;
            case Verdict.Ask:
                return true;
            default:
                Record(call, bound, decision);
                call.Ready = true;
                return false;
        }
    }

    private void AskNew(CallState call, BoundTool bound, Decision decision)
    {
        Record(call, bound, decision);
        if (_questions.IsDeniedUnattended(decision))
        {
            Refuse(call, CallFailure.Unattended, $"Not made: a person must be asked ({decision.Rule}), and nobody is there. {decision.Reason}");
        }
        else if (LimitOfAsking(call, bound) is { } limit)
        {
            Refuse(call, CallFailure.Limit, NotMade.AtLimit(limit));
        }
        else
        {
            _questions.Ask(call, bound, ApprovalKind.Action, decision, decision.Reason);
        }
    }

    // A remembered approval turns a question into a yes, for this action as it is now.
    private void Allow(CallState call, BoundTool bound, Decision decision, RememberedApproval remembered)
    {
        Record(call, bound, RememberedMatch.Decision(remembered, decision), remembered, _questions.Digest(call, bound));
        call.Ready = true;
    }

    // A reply may propose any number of calls; people are not asked about more than could be made.
    private string? LimitOfAsking(CallState asked, BoundTool bound)
    {
        var taken = Run.ToolCalls;
        foreach (var call in Run.OpenCalls)
        {
            taken += !call.Started && (call.Ready || call.Waiting) ? 1 : 0;
        }

        return taken >= agent.Limits.ToolCalls ? LimitCheck.ToolCalls(agent.Limits)
            : Run.Spent.ApprovalPrompts >= agent.Limits.ApprovalPrompts ? LimitCheck.ApprovalPrompts(agent.Limits)
            : LimitCheck.Refusal(agent.Limits, Run, bound, bytesOut: 0)
                ?? session.Guards.Accounts.Reserve(RunAccounts.Question(asked.CallId), new BudgetUse { ApprovalPrompts = 1 })?.Limit;
    }

    private void TakeUpQuestion(CallState call, BoundTool bound)
    {
        if (call.Answer is { } answer)
        {
            TakeAnswer(call, bound, answer);
        }
        else if (!call.Waiting || _questions.IsOverdue(call))
        {
            Expire(call);
        }
        else if (!call.Checked && !_questions.Holds(call, bound) && Decision(call, bound) is { Verdict: Verdict.Ask } decision)
        {
            // People should decide about what would run, not about what once would have.
            _questions.Reopen(call, bound, decision);
        }

        call.Checked = true;
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

    private void Expire(CallState call) => Refuse(
        call, CallFailure.Expired, $"A person was asked about this call and nobody answered within {Duration.Format(call.Approval!.Details.Terms!.ExpiresAfter!.Value)}. It counts as denied.");

    private void TakeFinalAnswer(CallState call, ApprovalDecided answer)
    {
        switch (answer.Answer)
        {
            case ApprovalAnswer.Responded:
                session.Stage(new CallCompleted
                {
                    RunId = Run.RunId,
                    CallId = call.CallId,
                    Result = $"The call was not made. A person answered in its place: {answer.Response}",
                    Integrity = Integrity.Trusted,
                });
                break;
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
        if (bound.Arguments.Check(call.Arguments) is { } problem)
        {
            // The tool takes other arguments by now: to ask again about these would lead nowhere, and the model can do better.
            Refuse(call, CallFailure.Invalid, problem);
        }
        else if (decision.Verdict == Verdict.Deny)
        {
            Deny(call, bound, decision);
        }
        else if (decision.Verdict == Verdict.Ask && !_questions.Holds(call, bound))
        {
            _questions.Reopen(call, bound, decision);
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

    private Decision Decision(CallState call, BoundTool bound) => agent.Policy.Decide(
        bound.Tool, call.Arguments, agent.Name, Run.Started.Principal,
        call.Integrity == Integrity.Untrusted && agent.Policy.AsksForUntrusted(bound.Tool) ? ControlValues.FindUntrusted(bound.Tool, call, session.State.Seen) : null);

    private void Record(CallState call, BoundTool bound, Decision decision, RememberedApproval? remembered = null, string? digest = null)
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
            Remembered = remembered,
            Digest = digest,
            Untrusted = decision.Untrusted,
        });
    }

    private void Refuse(CallState call, CallFailure failure, string error) =>
        session.Stage(new CallFailed { RunId = Run.RunId, CallId = call.CallId, Failure = failure, Error = error });
}
