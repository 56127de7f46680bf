namespace KernelHost.Runs.Journal;

/// <summary>A run as lists show it.</summary>
public sealed record RunSummary
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The session it belongs to.</summary>
    public required string SessionId { get; init; }

    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>On whose behalf.</summary>
    public required string Principal { get; init; }

    /// <summary>The most characters that <see cref="Request"/> has.</summary>
    public const int LongestRequest = 2000;

    /// <summary>The principal's words; of a long request the beginning, which ends in "…". The whole is in the run's first event.</summary>
    public required string Request { get; init; }

    /// <summary>Where it stands. A run whose process died is shown as <see cref="RunStatus.Running"/> until it is resumed.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its last event was written.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The run whose call started this one; <see langword="null"/> when a principal did.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Whether nothing more happens in it.</summary>
    public bool HasEnded => Status is RunStatus.Completed or RunStatus.Stopped or RunStatus.Cancelled;
}

/// <summary>Which runs to list.</summary>
/// <param name="SessionId">Only this session's.</param>
/// <param name="Status">Only those in this state.</param>
/// <param name="Limit">At most this many.</param>
/// <param name="ParentRunId">Only the sub-runs that calls of this run started.</param>
public sealed record RunFilter(string? SessionId = null, RunStatus? Status = null, int Limit = 50, string? ParentRunId = null);
