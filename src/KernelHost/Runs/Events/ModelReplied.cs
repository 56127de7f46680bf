namespace KernelHost.Runs.Events;

/// <summary>The model answered, or proposed calls.</summary>
public sealed class ModelReplied : RunEvent
{
    /// <summary>The model call within the run, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>What the model said; may be empty beside calls.</summary>
    public required string Text { get; init; }

    /// <summary>The calls it proposes, in order.</summary>
    public IReadOnlyList<ProposedCall> Calls { get; init; } = [];

    /// <summary>The model that answered, as the provider names it.</summary>
    public string? Model { get; init; }

    /// <summary>The models that were asked before it and gave no answer, in this order; <see langword="null"/> when there were none.</summary>
    public IReadOnlyList<FellOver>? FellOver { get; init; }

    /// <summary>The name in configuration of the model that answered, when it is not the agent's first choice.</summary>
    public string? RoutedTo { get; init; }

    /// <summary>Tokens read, as the provider counts them.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens written, as the provider counts them.</summary>
    public long OutputTokens { get; init; }

    /// <summary>How many of the tokens read came from the provider's cache; <see langword="null"/> when it does not say.</summary>
    public long? CachedInputTokens { get; init; }

    /// <summary>The provider did not count, so the tokens are the host's guess; otherwise <see langword="null"/>.</summary>
    public bool? Estimated { get; init; }

    /// <summary>What the call cost, in millionths of the host's currency; <see langword="null"/> when the model has no price.</summary>
    public long? CostMicros { get; init; }

    /// <summary>How long the call took, in milliseconds.</summary>
    public double DurationMs { get; init; }
}

/// <summary>A tool call that a model proposes. Nothing happens until the gate has decided on it.</summary>
public sealed class ProposedCall
{
    /// <summary>The host's id, unique in the run: <c>{step}.{index}</c>, both from 1.</summary>
    public required string CallId { get; init; }

    /// <summary>The model's id, which pairs call and result in the conversation. Not trusted to be unique.</summary>
    public required string ModelCallId { get; init; }

    /// <summary>The name the model called, as it was offered to it.</summary>
    public required string Name { get; init; }

    /// <summary>The arguments as the model gave them; values are JSON.</summary>
    public IDictionary<string, object?>? Arguments { get; init; }

    /// <summary>Why the arguments could not be read, when the model sent something that is not JSON.</summary>
    public string? ArgumentsError { get; init; }
}
