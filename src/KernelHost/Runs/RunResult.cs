using KernelHost.Runs.Grounding;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs;

/// <summary>Where a run stood when the engine let go of it.</summary>
public sealed record RunResult
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The session, to ask the next thing in.</summary>
    public required string SessionId { get; init; }

    /// <summary>The agent that has the conversation: the one that was asked, or the one it was handed over to.</summary>
    public required string Agent { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>What the principal is told; <see langword="null"/> unless the run is completed or stopped.</summary>
    public string? Answer { get; init; }

    /// <summary>The passages the answer cites, if that could be verified.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];

    /// <summary>How the answer stood up to its sources; <see langword="null"/> when there was nothing to verify.</summary>
    public GroundingReport? Grounding { get; init; }

    /// <summary>The questions it waits for.</summary>
    public IReadOnlyList<ApprovalSummary> Approvals { get; init; } = [];

    /// <summary>The limit that ended it, for a stopped run.</summary>
    public string? Limit { get; init; }

    /// <summary>Why it was interrupted, for an interrupted run.</summary>
    public string? Interruption { get; init; }

    /// <summary>Whether a failure interrupted it rather than the caller.</summary>
    public bool Failed { get; init; }

    /// <summary>Who cancelled it, for a cancelled run.</summary>
    public string? CancelledBy { get; init; }

    /// <summary>Why it was cancelled, in their words; <see langword="null"/> when they gave no reason.</summary>
    public string? CancelReason { get; init; }

    /// <summary>Who paused it, for a paused run.</summary>
    public string? PausedBy { get; init; }

    /// <summary>Why it was paused, in their words; <see langword="null"/> when they gave no reason.</summary>
    public string? PauseReason { get; init; }

    /// <summary>Whether nothing more happens in it.</summary>
    public bool HasEnded => Status is RunStatus.Completed or RunStatus.Stopped or RunStatus.Cancelled;

    /// <summary>How many calls the policy denied.</summary>
    public int DeniedByPolicy { get; init; }

    /// <summary>What the run used.</summary>
    public required RunUsage Usage { get; init; }
}

/// <summary>What a run used.</summary>
/// <param name="Steps">Model calls.</param>
/// <param name="ToolCalls">Tool calls that were made.</param>
/// <param name="InputTokens">Tokens read.</param>
/// <param name="OutputTokens">Tokens written.</param>
/// <param name="Active">Time that processes worked on it; waiting for humans does not count.</param>
public sealed record RunUsage(int Steps, int ToolCalls, long InputTokens, long OutputTokens, TimeSpan Active)
{
    /// <summary>What the models cost, in millionths of the host's currency; 0 where they have no price.</summary>
    public long CostMicros { get; init; }

    /// <summary>Model calls of the run, of its sub-runs and of plugins, and those that may have been billed without a reply.</summary>
    public int ModelCalls { get; init; }

    /// <summary>Bytes of arguments sent to tools from which data leaves.</summary>
    public long BytesOut { get; init; }

    /// <summary>Questions whether a call may be made.</summary>
    public int ApprovalPrompts { get; init; }
}
