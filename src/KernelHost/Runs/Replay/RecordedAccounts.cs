using KernelHost.Policy.Budgets;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Replay;

/// <summary>Budgets that the run shared refuse again what they refused in the recording. Nothing is reserved.</summary>
internal sealed class RecordedAccounts(ReplaySegment replay) : RunAccounts
{
    public override bool Any => true;

    public override AccountRefusal? Reserve(string id, in BudgetUse use, string? plugin = null) => Limit(id) is { } limit ? new AccountRefusal(limit, "", 0) : null;

    public override void Settle(string id, BudgetUse? used, long sequence, long wallTimeMs = 0)
    {
    }

    public override void Flush()
    {
    }

    private string? Limit(string id)
    {
        if (ModelCallId.IsOne(id))
        {
            return (replay.RecordedNext as BudgetRefused)?.Limit;
        }

        if (TopUps.IsQuestion(id))
        {
            return replay.RecordedNext is ApprovalRequested { Kind: ApprovalKind.TopUp } ? null : "approval prompts";
        }

        // A call that was announced was not refused; a limit may have closed it later.
        var callId = id.Split('/')[0];
        var refused = replay.Recorded.Outcome(callId)?.Outcome is CallFailed { Failure: CallFailure.Limit } failed ? NotMade.LimitOf(failed.Error) : null;
        return replay.Recorded.Own.Any(runEvent => runEvent is CallStarted started && started.CallId == callId) ? null : refused;
    }
}
