using KernelHost.Policy;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Text;

namespace KernelHost.Runs.Approvals;

/// <summary>
/// Why what a person says does not count for a question as it stands. The desk asks before it writes, the fold asks again when it reads: an
/// answer that got into the journal past the desk counts for nothing.
/// </summary>
internal static class ApprovalRefusal
{
    /// <returns>A sentence for the person, or <see langword="null"/> when the answer counts.</returns>
    public static string? Of(ApprovalSummary approval, ApprovalDecided decided) =>
        Closed(approval, decided.Time)
        ?? OfAnswer(approval, decided.Answer)
        ?? (decided.Digest == approval.Digest ? null : $"What approval '{approval.ApprovalId}' asks about has changed since it was shown. Look at it again: kernelhost approvals show {approval.ApprovalId}")
        ?? OfPerson(approval, decided.DecidedBy, decided.Roles, decided.SelfApproved == true, decided.Time)
        ?? (decided.Answer is ApprovalAnswer.Approved or ApprovalAnswer.DidNotHappen && HasVoted(approval, decided.DecidedBy)
            ? $"'{VisibleText.Escape(decided.DecidedBy)}' has approved '{approval.ApprovalId}' already. It needs {approval.Quorum} different people, and has {approval.Details.Votes.Count}."
            : null);

    /// <inheritdoc cref="Of(ApprovalSummary, ApprovalDecided)"/>
    public static string? Of(ApprovalSummary approval, ApprovalEdited edited) =>
        Closed(approval, edited.Time)
        ?? (approval.Kind != ApprovalKind.Outcome ? null : $"Approval '{approval.ApprovalId}' asks whether an interrupted call took effect; there is nothing to change in it.")
        ?? (edited.Replaces == approval.Digest ? null : $"What approval '{approval.ApprovalId}' asks about has changed since it was shown. Look at it again: kernelhost approvals show {approval.ApprovalId}")
        ?? OfPerson(approval, edited.EditedBy, edited.Roles, edited.SelfApproved == true, edited.Time);

    /// <summary>Whether nobody can answer any more.</summary>
    public static string? Closed(ApprovalSummary approval, DateTimeOffset now) => approval.At(now).Status switch
    {
        ApprovalStatus.Pending => null,
        ApprovalStatus.Expired => $"Approval '{approval.ApprovalId}' expired at {approval.ExpiresAt:u}. Nobody answered in time, which counts as a no.",
        ApprovalStatus.Void => $"Approval '{approval.ApprovalId}' is void: its run went on without it, because a limit was reached or what it asked about has changed. {Next(approval)}",
        ApprovalStatus.Reopened => $"Approval '{approval.ApprovalId}' was approved and could not be used. {Next(approval)}",
        _ => $"Approval '{approval.ApprovalId}' was already answered by '{approval.DecidedBy}': {Words(approval.Answer)}.",
    };

    /// <summary>Whether this person may answer, and now.</summary>
    public static string? OfPerson(ApprovalSummary approval, string name, IReadOnlyList<string>? roles, bool self, DateTimeOffset now)
    {
        if (approval.Details.Terms is not { } terms)
        {
            return null;
        }

        if (terms.SeparateApprover && (self || string.Equals(name, approval.Details.Principal, StringComparison.OrdinalIgnoreCase)))
        {
            return $"'{VisibleText.Escape(name)}' asked for what approval '{approval.ApprovalId}' is about, and whoever asks is never the one who approves. Somebody else must answer.";
        }

        if (terms.Approvers is not { } wanted || Has(roles, wanted) || (approval.IsEscalated(now) && Has(roles, terms.EscalateTo)))
        {
            return null;
        }

        var later = !approval.IsEscalated(now) && Has(roles, terms.EscalateTo) ? $" It goes to '{string.Join("', '", terms.EscalateTo!)}' at {approval.EscalatesAt:u}." : "";
        return $"'{VisibleText.Escape(name)}' may not answer approval '{approval.ApprovalId}': it takes the role '{string.Join("' or '", wanted)}'.{later}";
    }

    private static string? OfAnswer(ApprovalSummary approval, ApprovalAnswer answer)
    {
        if (approval.Kind == ApprovalKind.TopUp)
        {
            return answer is ApprovalAnswer.Approved or ApprovalAnswer.Denied ? null : $"Approval '{approval.ApprovalId}' asks whether a run may use more than its limits: answer with approve or deny.";
        }

        var forAction = answer is ApprovalAnswer.Approved or ApprovalAnswer.Denied or ApprovalAnswer.Responded;
        return forAction == (approval.Kind == ApprovalKind.Action) ? null : approval.Kind == ApprovalKind.Action
            ? $"Approval '{approval.ApprovalId}' asks whether a call may be made: answer with approve, deny or respond."
            : $"Approval '{approval.ApprovalId}' asks whether an interrupted call took effect: answer with 'approvals resolve {approval.ApprovalId} --outcome happened|did-not-happen|abandon'.";
    }

    private static bool HasVoted(ApprovalSummary approval, string name) =>
        approval.Details.Votes.Any(vote => string.Equals(vote.By, name, StringComparison.OrdinalIgnoreCase));

    private static bool Has(IReadOnlyList<string>? roles, IReadOnlyList<string>? wanted) => roles is not null && wanted is not null && roles.Any(wanted.Contains);

    private static string Next(ApprovalSummary approval) => approval.Details.ReplacedBy is { } next
        ? $"It is asked again: kernelhost approvals show {next}"
        : "List the open ones with 'kernelhost approvals list'.";

    private static string Words(ApprovalAnswer? answer) => answer switch
    {
        ApprovalAnswer.Approved => "approved",
        ApprovalAnswer.Denied => "denied",
        ApprovalAnswer.Happened => "it happened",
        ApprovalAnswer.DidNotHappen => "it did not happen",
        ApprovalAnswer.Responded => "answered in place of the tool",
        _ => "abandoned",
    };
}
