namespace KernelHost;

/// <summary>What became of a call whose process died, or that did not answer in its time.</summary>
public sealed class CallOutcome
{
    private CallOutcome(OutcomeKind kind, object? result = null, string? reason = null) => (Kind, Result, Reason) = (kind, result, reason);

    /// <summary>It did not take effect, <em>and will not any more</em>: the host now makes it.</summary>
    public static CallOutcome DidNotHappen { get; } = new(OutcomeKind.DidNotHappen);

    /// <summary>Which of the three it is.</summary>
    public OutcomeKind Kind { get; }

    /// <summary>What the call returned, or would have.</summary>
    public object? Result { get; }

    /// <summary>Why nobody knows, in words for people.</summary>
    public string? Reason { get; }

    /// <summary>It took effect.</summary>
    /// <param name="result">What the tool would have returned; the model reads it as the call's result.</param>
    public static CallOutcome Happened(object? result) => new(OutcomeKind.Happened, result);

    /// <summary>It cannot be told: a person is asked.</summary>
    /// <param name="reason">Why, in words for people.</param>
    public static CallOutcome Unknown(string? reason = null) => new(OutcomeKind.Unknown, reason: reason);
}

/// <summary>What became of a call.</summary>
public enum OutcomeKind
{
    /// <summary>It took effect.</summary>
    Happened,

    /// <summary>It did not take effect and will not any more.</summary>
    DidNotHappen,

    /// <summary>It cannot be told.</summary>
    Unknown,
}
