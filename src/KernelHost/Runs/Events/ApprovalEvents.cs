namespace KernelHost.Runs.Events;

/// <summary>A question to a human about one call.</summary>
public sealed class ApprovalRequested : CallEvent
{
    /// <summary>The question's id.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>What is asked.</summary>
    public required ApprovalKind Kind { get; init; }

    /// <summary>The tool, as <c>plugin/tool</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>The version of the plugin.</summary>
    public required string PluginVersion { get; init; }

    /// <summary>The exact arguments.</summary>
    public IDictionary<string, object?>? Arguments { get; init; }

    /// <summary>SHA-256 over artifact, arguments, principal and policy: what an approval is bound to.</summary>
    public required string Digest { get; init; }

    /// <summary>Why it is asked, in a sentence for people.</summary>
    public required string Reason { get; init; }
}

/// <summary>A human answered.</summary>
public sealed class ApprovalDecided : InputEvent
{
    /// <summary>The question's id.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>The answer.</summary>
    public required ApprovalAnswer Answer { get; init; }

    /// <summary>Who answered.</summary>
    public required string DecidedBy { get; init; }

    /// <summary>What was shown and answered for; an answer for another digest counts for nothing.</summary>
    public required string Digest { get; init; }

    /// <summary>Why, in the approver's words. The model learns it when the answer is no.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a human is asked.</summary>
public enum ApprovalKind
{
    /// <summary>May this call be made?</summary>
    Action,

    /// <summary>The process stopped while this call was being made: did it take effect?</summary>
    Outcome,
}

/// <summary>What a human answered.</summary>
public enum ApprovalAnswer
{
    /// <summary>Make the call.</summary>
    Approved,

    /// <summary>Do not make the call.</summary>
    Denied,

    /// <summary>The interrupted call took effect: do not make it again.</summary>
    Happened,

    /// <summary>The interrupted call did not take effect: make it now.</summary>
    DidNotHappen,

    /// <summary>Nobody knows: do not make it again and tell the model.</summary>
    Abandoned,
}
