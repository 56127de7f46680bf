namespace KernelHost.Runs.Replay;

/// <summary>How the replay of a run compares with its recording.</summary>
public sealed record ReplayReport
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Its session.</summary>
    public required string SessionId { get; init; }

    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>The policy under which the run was recorded.</summary>
    public required string RecordedPolicyVersion { get; init; }

    /// <summary>The policy under which it was replayed: the agent's present one.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>How many events of the run the journal holds.</summary>
    public required int RecordedEvents { get; init; }

    /// <summary>How many events the replay made.</summary>
    public required int ReplayedEvents { get; init; }

    /// <summary>Everything in which the two differ, in the order of the journal.</summary>
    public required IReadOnlyList<EventDifference> Differences { get; init; }

    /// <summary>Those of the differences that are decisions on calls.</summary>
    public required IReadOnlyList<DecisionChange> Decisions { get; init; }

    /// <summary>What has changed since the recording or kept the replay from going on, in sentences for people.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Whether the replay reproduced every event byte for byte.</summary>
    public bool IsEqual => Differences.Count == 0;
}
