namespace KernelHost.Runs.Replay;

/// <summary>A recorded call that would be decided otherwise.</summary>
public sealed record DecisionChange
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The host's id of the call within the run.</summary>
    public required string CallId { get; init; }

    /// <summary>The tool, as <c>plugin/tool</c>; what the model called when it is not known.</summary>
    public required string Tool { get; init; }

    /// <summary>The arguments as the model gave them.</summary>
    public IDictionary<string, object?>? Arguments { get; init; }

    /// <summary>How it was decided; <see langword="null"/> when the recorded run did not come to it.</summary>
    public DecidedAs? Recorded { get; init; }

    /// <summary>How it is decided now; <see langword="null"/> when the replay did not come to it.</summary>
    public DecidedAs? Replayed { get; init; }

    /// <summary>Whether the recorded call returned a result.</summary>
    public bool Succeeded { get; init; }

    /// <summary>Whether a call that succeeded would not be made now.</summary>
    public bool Blocks => Succeeded && Replayed is { Blocks: true };
}
