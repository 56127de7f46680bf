using System.Globalization;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Running;

/// <summary>Where an approval stands, for people.</summary>
internal static class ApprovalWords
{
    public static string Of(ApprovalAnswer answer) => answer switch
    {
        ApprovalAnswer.Approved => "approved",
        ApprovalAnswer.Denied => "denied",
        ApprovalAnswer.Happened => "it happened",
        ApprovalAnswer.DidNotHappen => "it did not happen",
        ApprovalAnswer.Responded => "answered in place of the tool",
        _ => "abandoned",
    };

    /// <summary>For a column: <c>waiting, 1 of 2</c>, <c>approved by bob</c>.</summary>
    public static string Status(ApprovalSummary approval, DateTimeOffset now) => approval.At(now).Status switch
    {
        ApprovalStatus.Pending => $"waiting{(approval.Kind switch { ApprovalKind.Outcome => " (outcome)", ApprovalKind.TopUp => " (more)", _ => "" })}{(approval.Quorum > 1 ? $", {Votes(approval)}" : "")}{(approval.IsEscalated(now) ? ", escalated" : "")}",
        ApprovalStatus.Expired => "expired",
        ApprovalStatus.Void => "void",
        ApprovalStatus.Reopened => "reopened",
        ApprovalStatus.Executing => $"being made, {By(approval)}",
        ApprovalStatus.Done => $"done, {By(approval)}",
        ApprovalStatus.Failed => $"failed, {By(approval)}",
        _ => By(approval),
    };

    public static string Title(ApprovalSummary approval, DateTimeOffset now) => (approval.At(now).Status, approval.Kind) switch
    {
        (ApprovalStatus.Pending, ApprovalKind.Action) => "⏸ Waiting for approval:",
        (ApprovalStatus.Pending, ApprovalKind.TopUp) => "⏸ At its limit, may the run use more?",
        (ApprovalStatus.Done, ApprovalKind.TopUp) => "Approved, the run has that much more:",
        (ApprovalStatus.Approved, ApprovalKind.TopUp) => "Approved, and used when the run is resumed:",
        (ApprovalStatus.Pending, _) => "⏸ Interrupted, did it take effect?",
        (ApprovalStatus.Expired, _) => "Expired, which counts as a no:",
        (ApprovalStatus.Void, _) => "Void, its run went on without it:",
        (ApprovalStatus.Reopened, _) => "Approved, could not be used and was asked again:",
        (ApprovalStatus.Executing, _) => "Approved, the call is being made:",
        (ApprovalStatus.Done, _) => "Approved, the call was made:",
        (ApprovalStatus.Failed, _) => "Approved, the call failed:",
        _ => "Answered:",
    };

    /// <summary><c>1 of 2 (bob)</c>.</summary>
    public static string Votes(ApprovalSummary approval) => string.Create(CultureInfo.InvariantCulture,
        $"{approval.Details.Votes.Count} of {approval.Quorum}{(approval.Details.Votes.Count == 0 ? "" : $" ({string.Join(", ", approval.Details.Votes.Select(vote => vote.By))})")}");

    private static string By(ApprovalSummary approval) =>
        $"{(approval.Answer is { } answer ? Of(answer) : "approved")} by {(approval.Quorum > 1 && approval.Details.Votes.Count > 1 ? string.Join(", ", approval.Details.Votes.Select(vote => vote.By)) : approval.DecidedBy)}";
}
