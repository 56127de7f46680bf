namespace KernelHost.Runs.Events;

/// <summary>Something about undoing a call. A person orders it when the run has ended, so for the run it is input.</summary>
public abstract class CompensationEvent : InputEvent
{
    /// <summary>The call, as its run knows it.</summary>
    public required string CallId { get; init; }
}

/// <summary>A call is about to be undone. On disk before the plugin is invoked.</summary>
public sealed class CompensationStarted : CompensationEvent
{
    /// <summary>The tool, as <c>plugin/tool</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>Who ordered it.</summary>
    public required string By { get; init; }

    /// <summary>Why, in their words; the model of the session's next run reads it.</summary>
    public required string Reason { get; init; }
}

/// <summary>The call is undone. It is never undone again.</summary>
public sealed class CompensationCompleted : CompensationEvent
{
    /// <summary>The tool, as <c>plugin/tool</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>Who ordered it.</summary>
    public required string By { get; init; }

    /// <summary>Why, in their words.</summary>
    public required string Reason { get; init; }

    /// <summary>What was done, as the plugin says: a string or a JSON value.</summary>
    public object? Result { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public double DurationMs { get; init; }
}

/// <summary>The plugin did not undo the call, or nobody knows whether it did. It may be ordered again, with the same key.</summary>
public sealed class CompensationFailed : CompensationEvent
{
    /// <summary>Why; safe to show.</summary>
    public required string Error { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public double DurationMs { get; init; }
}
