using System.Text.Json;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Journal;

/// <summary>An approval as lists show it.</summary>
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

    /// <summary>The exact arguments, a JSON object.</summary>
    public required JsonElement Arguments { get; init; }

    /// <summary>What the answer is bound to.</summary>
    public required string Digest { get; init; }

    /// <summary>Why it is asked.</summary>
    public required string Reason { get; init; }

    /// <summary>Where it stands.</summary>
    public required ApprovalStatus Status { get; init; }

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it was answered.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Who answered.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>What was answered.</summary>
    public ApprovalAnswer? Answer { get; init; }

    /// <summary>The approver's reason.</summary>
    public string? AnswerReason { get; init; }
}

/// <summary>Where an approval stands.</summary>
public enum ApprovalStatus
{
    /// <summary>Nobody has answered yet.</summary>
    Pending,

    /// <summary>Somebody has.</summary>
    Decided,

    /// <summary>The run went on without it: what it asked about had changed and another question took its place, or the call was closed at a limit.</summary>
    Void,
}

/// <summary>Which approvals to list.</summary>
/// <param name="Status">Only those in this state.</param>
/// <param name="RunId">Only this run's.</param>
/// <param name="Limit">At most this many.</param>
public sealed record ApprovalFilter(ApprovalStatus? Status = null, string? RunId = null, int Limit = 50);
