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

    /// <summary>What is charged for a model call that was cut off; <see langword="null"/> when none was.</summary>
    public ModelCharge? Charged { get; init; }
}

/// <summary>Somebody wants the process that works on the run to let go of it at the next step.</summary>
public sealed class PauseRequested : InputEvent
{
    /// <summary>Who wants it.</summary>
    public required string By { get; init; }

    /// <summary>Why, in their words.</summary>
    public string? Reason { get; init; }
}

/// <summary>The run was let go because somebody wanted it to pause. It goes on when it is resumed.</summary>
public sealed class RunPaused : RunEvent
{
    /// <summary>Who wanted it.</summary>
    public required string By { get; init; }

    /// <summary>Why, in their words.</summary>
    public string? Reason { get; init; }
}

/// <summary>Somebody said something to the run while it was under way. The model reads it before its next step.</summary>
public sealed class MessageAdded : InputEvent
{
    /// <summary>Who said it.</summary>
    public required string By { get; init; }

    /// <summary>Their words.</summary>
    public required string Text { get; init; }
}

/// <summary>Messages entered the conversation: the model reads them from here on.</summary>
public sealed class MessagesDelivered : RunEvent
{
    /// <summary>How many, the oldest of those that waited first.</summary>
    public required int Count { get; init; }
}

/// <summary>The session began as a copy of another up to one of its events. Always the first event; what follows was copied, with ids of its own.</summary>
public sealed class SessionForked : RunEvent
{
    /// <summary>The session it was copied from.</summary>
    public required string FromSession { get; init; }

    /// <summary>The run at which it was forked.</summary>
    public required string FromRun { get; init; }

    /// <summary>The last event that was copied; 0 when the fork is before all of them.</summary>
    public required long FromSequence { get; init; }

    /// <summary>Who forked it.</summary>
    public required string By { get; init; }

    /// <summary>How many events the fork wrote, this one included. They were lived through in the session it was copied from.</summary>
    public required long Length { get; init; }
}
