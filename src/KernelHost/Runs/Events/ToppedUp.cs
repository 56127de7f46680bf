namespace KernelHost.Runs.Events;

/// <summary>A person has allowed the run more than its limits: from here on it has this much more. Stands for the call that the question was about.</summary>
public sealed class ToppedUp : CallEvent
{
    /// <summary>The approval that this used up.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>Model calls.</summary>
    public long? Steps { get; init; }

    /// <summary>Tool calls.</summary>
    public long? ToolCalls { get; init; }

    /// <summary>Tokens, sent and received together.</summary>
    public long? Tokens { get; init; }

    /// <summary>Tokens sent.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Tokens received.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>Money, in millionths of the host's currency.</summary>
    public long? Money { get; init; }
}
