namespace KernelHost.Runs.Events;

/// <summary>Somebody wants the run to end without an answer. The process that works on it obeys at its next step; anybody may obey for one that is dead.</summary>
public sealed class CancelRequested : InputEvent
{
    /// <summary>Who wants it.</summary>
    public required string By { get; init; }

    /// <summary>Why, in their words.</summary>
    public string? Reason { get; init; }
}

/// <summary>The run ended without an answer because somebody wanted it to. It cannot be resumed; its session takes the next request.</summary>
public sealed class RunCancelled : RunEvent
{
    /// <summary>Who wanted it.</summary>
    public required string By { get; init; }

    /// <summary>Why, in their words.</summary>
    public string? Reason { get; init; }
}
