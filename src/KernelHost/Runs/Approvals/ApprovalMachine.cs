using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs.Approvals;

/// <summary>
/// The state machine of an approval: a pure function from where it stands and what happened to where it stands then. The fold of a run and
/// the lists of every store use this one, so they cannot disagree. Whatever does not count leaves the approval as it is.
/// </summary>
/// <remarks>
/// <c>pending -> approved -> executing -> done | failed</c>; from approved or executing to <c>reopened</c> when another question takes its
/// place; from pending to <c>denied</c>, <c>expired</c>, <c>resolved</c> or <c>void</c>.
/// </remarks>
internal static class ApprovalMachine
{
    public static ApprovalSummary Ask(string sessionId, ApprovalRequested asked) => new()
    {
        ApprovalId = asked.ApprovalId,
        SessionId = sessionId,
        RunId = asked.RunId,
        CallId = asked.CallId,
        Kind = asked.Kind,
        Tool = asked.Tool,
        PluginVersion = asked.PluginVersion,
        Arguments = JournalProjection.ArgumentsElement(asked.Arguments),
        Digest = asked.Digest,
        Reason = asked.Reason,
        Status = ApprovalStatus.Pending,
        RequestedAt = asked.Time,
        Details = new ApprovalDetails
        {
            Terms = asked.Terms,
            Principal = asked.Principal,
            Integrity = asked.Integrity,
            Untrusted = asked.Untrusted ?? [],
            Rule = asked.Rule,
            RuleVersion = asked.RuleVersion,
            PolicyVersion = asked.PolicyVersion,
            ContentHash = asked.ContentHash,
            SchemaHash = asked.SchemaHash,
            Replaces = asked.Replaces,
            Differences = asked.Differences ?? [],
        },
    };

    /// <summary>After what a person said, or somebody noticed.</summary>
    public static ApprovalSummary Apply(ApprovalSummary approval, ApprovalInput input) => input switch
    {
        ApprovalDecided decided when ApprovalRefusal.Of(approval, decided) is null => Decide(approval, decided),
        ApprovalEdited edited when ApprovalRefusal.Of(approval, edited) is null => Edit(approval, edited),
        ApprovalExpired when approval.IsOverdue(input.Time) => approval with { Status = ApprovalStatus.Expired, DecidedAt = input.Time },
        _ => approval,
    };

    /// <summary>After what happened to its call. A call's latest question comes first in what happens; older ones are over.</summary>
    public static ApprovalSummary Apply(ApprovalSummary approval, CallEvent call) => (call, approval.Status) switch
    {
        (ApprovalRequested asked, ApprovalStatus.Pending) => Replace(approval, ApprovalStatus.Void, asked),
        (ApprovalRequested asked, ApprovalStatus.Approved or ApprovalStatus.Executing) => Replace(approval, ApprovalStatus.Reopened, asked),
        (CallStarted started, ApprovalStatus.Approved) when started.ApprovalId == approval.ApprovalId => approval with { Status = ApprovalStatus.Executing },
        (ToppedUp more, ApprovalStatus.Approved) when more.ApprovalId == approval.ApprovalId => approval with { Status = ApprovalStatus.Done },
        (CallCompleted, ApprovalStatus.Executing) => approval with { Status = ApprovalStatus.Done },
        (CallFailed { Failure: CallFailure.Expired }, ApprovalStatus.Pending or ApprovalStatus.Approved) => approval with { Status = ApprovalStatus.Expired, DecidedAt = call.Time },
        (CallFailed, ApprovalStatus.Pending or ApprovalStatus.Approved) => approval with { Status = ApprovalStatus.Void },
        (CallFailed, ApprovalStatus.Executing) => approval with { Status = ApprovalStatus.Failed },
        _ => approval,
    };

    private static ApprovalSummary Decide(ApprovalSummary approval, ApprovalDecided decided)
    {
        var votes = decided.Answer is ApprovalAnswer.Approved or ApprovalAnswer.DidNotHappen
            ? [.. approval.Details.Votes, new ApprovalVote(decided.DecidedBy, decided.Time)]
            : approval.Details.Votes;
        var status = decided.Answer switch
        {
            ApprovalAnswer.Approved or ApprovalAnswer.DidNotHappen => votes.Count >= approval.Quorum ? ApprovalStatus.Approved : ApprovalStatus.Pending,
            ApprovalAnswer.Denied => ApprovalStatus.Denied,
            _ => ApprovalStatus.Resolved,
        };
        var details = approval.Details with { Votes = votes, SelfApproved = approval.Details.SelfApproved || decided.SelfApproved == true, Response = decided.Response };
        return status == ApprovalStatus.Pending ? approval with { Details = details } : approval with
        {
            Status = status,
            Details = details,
            DecidedAt = decided.Time,
            DecidedBy = decided.DecidedBy,
            Answer = decided.Answer,
            AnswerReason = decided.Reason,
        };
    }

    private static ApprovalSummary Edit(ApprovalSummary approval, ApprovalEdited edited) => approval with
    {
        Arguments = JournalProjection.ArgumentsElement(edited.Arguments),
        Digest = edited.Digest,
        Details = approval.Details with
        {
            // The time was set when the question was asked; changing the arguments does not begin it anew.
            Terms = edited.Terms with { ExpiresAfter = approval.Details.Terms?.ExpiresAfter },
            // Whoever changed the arguments saw them all, and answers for them.
            Untrusted = [],
            Rule = edited.Rule,
            RuleVersion = edited.RuleVersion,
            EditedBy = edited.EditedBy,
            OriginalArguments = approval.Details.OriginalArguments ?? approval.Arguments,
            Votes = [],
        },
    };

    private static ApprovalSummary Replace(ApprovalSummary approval, ApprovalStatus status, ApprovalRequested by) =>
        approval with { Status = status, Details = approval.Details with { ReplacedBy = by.ApprovalId } };
}
