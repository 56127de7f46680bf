namespace KernelHost.Runs.Events;

/// <summary>
/// The conversation had outgrown the model's window, and its older part is read as a summary from here on. The events it came from stay
/// where they are. The summary may be trusted no further than anything it covers.
/// </summary>
public sealed class HistoryCompacted : RunEvent
{
    /// <summary>How many messages behind the instructions the summary stands for. The latest request stays word for word even if it is among them.</summary>
    public required int UpTo { get; init; }

    /// <summary>What the model reads in their place.</summary>
    public required string Summary { get; init; }

    /// <summary>How far the summary may be trusted: the join over what it covers.</summary>
    public required Integrity Integrity { get; init; }

    /// <summary>Why: the configured part of the window was reached, or the provider refused the conversation for its length.</summary>
    public required CompactionCause Cause { get; init; }

    /// <summary>How many tokens the conversation has now, by the host's guess.</summary>
    public required long Kept { get; init; }

    /// <summary>The model that wrote the summary; <see langword="null"/> when the host cut by its rule.</summary>
    public string? Model { get; init; }

    /// <summary>What the model used; counts as use of the run.</summary>
    public ModelCharge? Charged { get; init; }

    /// <summary>How long the model took, in milliseconds.</summary>
    public double DurationMs { get; init; }
}

/// <summary>Why a conversation was compacted.</summary>
public enum CompactionCause
{
    /// <summary>It reached the configured part of the model's window.</summary>
    Threshold,

    /// <summary>The provider refused it for its length.</summary>
    ContextLength,
}
