using System.Text.Json;
using System.Text.Json.Serialization;
using KernelHost.Policy;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Journal;

/// <summary>An approval as its events tell it. Immutable.</summary>
public sealed record ApprovalSummary
{
    /// <summary>The question's id.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>The session.</summary>
    public required string SessionId { get; init; }

    /// <summary>The run that waits for it.</summary>
    public required string RunId { get; init; }

    /// <summary>The call in question.</summary>
    public required string CallId { get; init; }

    /// <summary>What is asked.</summary>
    public required ApprovalKind Kind { get; init; }

    /// <summary>The tool, as <c>plugin/tool</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>The version of the plugin.</summary>
    public required string PluginVersion { get; init; }

    /// <summary>The exact arguments with which the call would be made, a JSON object; those of the person who changed them, if somebody did.</summary>
    public required JsonElement Arguments { get; init; }

    /// <summary>What the answer is bound to.</summary>
    public required string Digest { get; init; }

    /// <summary>Why it is asked.</summary>
    public required string Reason { get; init; }

    /// <summary>Where it stands by its events. A question whose time is over is pending until somebody notices: see <see cref="At"/>.</summary>
    public required ApprovalStatus Status { get; init; }

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it was answered.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Who answered; with a quorum, the last.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>What was answered.</summary>
    public ApprovalAnswer? Answer { get; init; }

    /// <summary>The approver's reason.</summary>
    public string? AnswerReason { get; init; }

    /// <summary>Everything else: terms, votes, changes.</summary>
    public ApprovalDetails Details { get; init; } = new();

    /// <summary>When its time is over; <see langword="null"/> for never.</summary>
    public DateTimeOffset? ExpiresAt => RequestedAt + Details.Terms?.ExpiresAfter;

    /// <summary>When those to whom it escalates may answer too; <see langword="null"/> for never.</summary>
    public DateTimeOffset? EscalatesAt => RequestedAt + Details.Terms?.EscalateAfter;

    /// <summary>How many different people must say yes.</summary>
    public int Quorum => Details.Terms?.Quorum ?? 1;

    /// <summary>The approval as it stands at a time: one that is pending and whose time is over is expired.</summary>
    public ApprovalSummary At(DateTimeOffset now) => IsOverdue(now) ? this with { Status = ApprovalStatus.Expired } : this;

    /// <summary>Whether those to whom it escalates may answer by now.</summary>
    public bool IsEscalated(DateTimeOffset now) => now >= EscalatesAt;

    internal bool IsOverdue(DateTimeOffset now) => Status == ApprovalStatus.Pending && now >= ExpiresAt;
}

/// <summary>What an approval has beside what every list shows. Members that are <see langword="null"/> are not known of questions of earlier versions.</summary>
public sealed record ApprovalDetails
{
    /// <summary>Who may answer, how many must, and until when.</summary>
    public ApprovalTerms? Terms { get; init; }

    /// <summary>On whose behalf the call would be made.</summary>
    public string? Principal { get; init; }

    /// <summary>How far what the model had read when it proposed the call may be trusted.</summary>
    public Integrity? Integrity { get; init; }

    /// <summary>The control arguments that were filled from untrusted content.</summary>
    public IReadOnlyList<UntrustedValue> Untrusted { get; init; } = [];

    /// <summary>The rule that asks.</summary>
    public string? Rule { get; init; }

    /// <summary>The version of that rule.</summary>
    public string? RuleVersion { get; init; }

    /// <summary>The version of the policy.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>The hash of the plugin's files.</summary>
    public string? ContentHash { get; init; }

    /// <summary>The hash of the tool's schema.</summary>
    public string? SchemaHash { get; init; }

    /// <summary>Who has said yes to what the question asks now.</summary>
    public IReadOnlyList<ApprovalVote> Votes { get; init; } = [];

    /// <summary>Who changed the arguments, if somebody did.</summary>
    public string? EditedBy { get; init; }

    /// <summary>The arguments the model proposed, if somebody changed them.</summary>
    public JsonElement? OriginalArguments { get; init; }

    /// <summary>What the model reads in place of a result.</summary>
    public string? Response { get; init; }

    /// <summary>Whether somebody answered for a run that works for himself.</summary>
    public bool SelfApproved { get; init; }

    /// <summary>The question that this one replaces.</summary>
    public string? Replaces { get; init; }

    /// <summary>What has changed since that question.</summary>
    public IReadOnlyList<ApprovalDifference> Differences { get; init; } = [];

    /// <summary>The question that took the place of this one.</summary>
    public string? ReplacedBy { get; init; }
}

/// <summary>One person's yes.</summary>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record ApprovalVote(string By, DateTimeOffset At);

/// <summary>Where an approval stands.</summary>
public enum ApprovalStatus
{
    /// <summary>Not enough people have answered yet.</summary>
    Pending,

    /// <summary>The call may be made, and has not been begun.</summary>
    Approved,

    /// <summary>The call is being made, or the process died while it was.</summary>
    Executing,

    /// <summary>The call was made and has its result.</summary>
    Done,

    /// <summary>The call was made and failed, or nobody knows what became of it.</summary>
    Failed,

    /// <summary>It was approved and cannot be used: what it was for has changed, or the call was cut off. Another question took its place.</summary>
    Reopened,

    /// <summary>Somebody said no.</summary>
    Denied,

    /// <summary>Nobody answered in time, which is a no.</summary>
    Expired,

    /// <summary>Nobody need answer any more: what it asked about has changed and another question took its place, or the call was closed at a limit.</summary>
    Void,

    /// <summary>A person settled the call without it being made: by words in place of a result, or by saying what had become of it.</summary>
    Resolved,
}

/// <summary>Which approvals to list.</summary>
/// <param name="Status">Only those in this state.</param>
/// <param name="RunId">Only this run's.</param>
/// <param name="Limit">At most this many.</param>
public sealed record ApprovalFilter(ApprovalStatus? Status = null, string? RunId = null, int Limit = 50);

/// <summary>Which remembered approvals to list.</summary>
/// <param name="Tool">Only this tool's.</param>
/// <param name="ValidAt">Only those that hold at this time.</param>
public sealed record RememberedFilter(string? Tool = null, DateTimeOffset? ValidAt = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApprovalDetails))]
internal sealed partial class ApprovalDetailsJson : JsonSerializerContext;
