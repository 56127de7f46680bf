using KernelHost.Runs.Approvals;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Provenance;

namespace KernelHost.Runs.State;

// What becomes of the calls of the last reply, and of the questions about them.
internal sealed partial class RunState
{
    private void Apply(CallEvent callEvent)
    {
        if (callEvent is ApprovalRequested { Kind: ApprovalKind.TopUp } || callEvent.CallId == TopUp?.CallId)
        {
            ApplyTopUp(callEvent);
            return;
        }

        if (Find(callEvent.CallId) is not { } call)
        {
            return;
        }

        switch (callEvent)
        {
            case CallDecided decided:
                (call.Verdict, call.Tool) = (decided.Verdict, decided.Tool);
                call.ApprovedDigest = decided.Digest ?? call.ApprovedDigest;
                break;
            case ApprovalRequested requested:
                call.Ask(requested, ApprovalMachine.Ask("", requested));
                Spent.Apply(requested);
                break;
            case CallStarted announced:
                // Made again after a crash it is still the same call.
                if (!call.Started)
                {
                    Spent.Apply(announced, call.Call);
                    Loops.Started(call);
                    call.Hint = announced.Hint;
                }

                call.Announce();
                call.SubRun = announced.SubRun;
                (call.TimedOut, call.Reported) = (null, null);
                break;
            case OutcomeChecked reported:
                call.Reported = reported;
                break;
            case CallTimedOut timedOut:
                call.TimedOut = timedOut;
                Spent.Apply(timedOut.Usage);
                break;
            case HandedOver handed:
                Next = handed;
                break;
            case CallCompleted completed:
                Loops.Ended(call, completed.FullResult ?? completed.Result, null);
                HasCutResults |= completed.FullResult is not null;
                Close(call, call.Edited is { } changed ? EditedResult.Create(changed, completed.Result) : completed.Result);
                Spent.Apply(completed.Usage);
                Add(completed.SubRunUsage);
                Integrity = Labels.Join(Integrity, Labels.Of(completed));
                _searches += completed.Found is null ? 0 : 1;
                _found += completed.Found ?? completed.Passages.Count;
                break;
            case CallFailed failed:
                Loops.Ended(call, failed.Error, failed.Failure);
                Close(call, call.Edited is { } edited ? EditedResult.Create(edited, failed.Error) : failed.Error);
                Spent.Apply(failed.Usage);
                Add(failed.SubRunUsage);
                Integrity = Labels.Join(Integrity, Labels.Of(failed));
                if (call.SubRun is { } child)
                {
                    GivenUp.Add(child);
                }

                DeniedByPolicy += failed.Failure is CallFailure.DeniedByPolicy or CallFailure.Unattended ? 1 : 0;
                break;
        }
    }

    private void ApplyTopUp(CallEvent callEvent)
    {
        switch (callEvent)
        {
            case ApprovalRequested asked:
                TopUps += TopUp is null ? 1 : 0;
                TopUp = ApprovalMachine.Ask("", asked);
                Spent.Apply(asked);
                break;
            case ToppedUp more:
                Raised = Raised.Plus(LimitRaise.Of(more));
                TopUp = null;
                break;
            case CallFailed failed:
                TopUpRefused |= failed.Failure is CallFailure.DeniedByPerson or CallFailure.Expired;
                TopUp = null;
                break;
        }
    }

    // What was said counts only for the very question and digest that were shown, and only as the state machine lets it.
    private void Apply(ApprovalInput input)
    {
        if (TopUp?.ApprovalId == input.ApprovalId)
        {
            TopUp = ApprovalMachine.Apply(TopUp, input);
        }

        foreach (var call in OpenCalls)
        {
            if (call.Approval is not { } approval || approval.ApprovalId != input.ApprovalId || ApprovalMachine.Apply(approval, input) is var next && ReferenceEquals(next, approval))
            {
                continue;
            }

            call.Approval = next;
            call.Edited = input is ApprovalEdited edited ? edited.Arguments : call.Edited;
            call.Answer = next.Status != ApprovalStatus.Pending ? input as ApprovalDecided : null;
        }
    }

    private void Add(RunUsage? subRun)
    {
        if (subRun is not null)
        {
            SubRunSteps += subRun.Steps;
            Spent.Apply(subRun);
        }
    }

    private static void Close(CallState call, object? result)
    {
        call.Closed = true;
        call.Started = false;
        call.Result = result;
    }

    /// <summary>The call of the last reply, if it is one of it.</summary>
    public CallState? Find(string callId)
    {
        foreach (var call in OpenCalls)
        {
            if (call.CallId == callId)
            {
                return call;
            }
        }

        return null;
    }
}
