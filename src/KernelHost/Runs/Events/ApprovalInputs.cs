using KernelHost.Policy;

namespace KernelHost.Runs.Events;

/// <summary>What people say about a question.</summary>
public abstract class ApprovalInput : InputEvent
{
    /// <summary>The question's id.</summary>
    public required string ApprovalId { get; init; }
}

/// <summary>A human answered. With a quorum, several may have to.</summary>
public sealed class ApprovalDecided : ApprovalInput
{
    /// <summary>The answer.</summary>
    public required ApprovalAnswer Answer { get; init; }

    /// <summary>Who answered.</summary>
    public required string DecidedBy { get; init; }

    /// <summary>What was shown and answered for; an answer for another digest counts for nothing.</summary>
    public required string Digest { get; init; }

    /// <summary>Why, in the approver's words. The model learns it when the answer is no.</summary>
    public string? Reason { get; init; }

    /// <summary>What the model reads instead of a result, for <see cref="ApprovalAnswer.Responded"/>.</summary>
    public string? Response { get; init; }

    /// <summary>The approver's roles when he answered.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>Whether he answered for a run that works for himself.</summary>
    /// <value><see langword="null"/> is no.</value>
    public bool? SelfApproved { get; init; }
}

/// <summary>A human changed the arguments. Whoever has said yes so far said it to others, so counting begins anew.</summary>
public sealed class ApprovalEdited : ApprovalInput
{
    /// <summary>The new arguments, complete.</summary>
    public required IDictionary<string, object?> Arguments { get; init; }

    /// <summary>Who changed them.</summary>
    public required string EditedBy { get; init; }

    /// <summary>The digest of what was shown; a change of anything else counts for nothing.</summary>
    public required string Replaces { get; init; }

    /// <summary>The digest of the action with the new arguments.</summary>
    public required string Digest { get; init; }

    /// <summary>The terms under which the action with the new arguments is asked.</summary>
    public required ApprovalTerms Terms { get; init; }

    /// <summary>The rule that decided on the new arguments.</summary>
    public required string Rule { get; init; }

    /// <summary>The version of that rule.</summary>
    public string? RuleVersion { get; init; }

    /// <summary>His roles when he changed them.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>Whether the run works for himself.</summary>
    /// <value><see langword="null"/> is no.</value>
    public bool? SelfApproved { get; init; }
}

/// <summary>Somebody noticed that the question's time is over. It is denied.</summary>
public sealed class ApprovalExpired : ApprovalInput;

/// <summary>A human wants the same action allowed from now on without being asked.</summary>
public sealed class ApprovalRemembered : ApprovalInput
{
    /// <summary>What is allowed from now on, in full.</summary>
    public required RememberedApproval Remembered { get; init; }
}

/// <summary>A remembered approval was taken back.</summary>
public sealed class RememberedRevoked : InputEvent
{
    /// <summary>Which one.</summary>
    public required string RememberedId { get; init; }

    /// <summary>Who took it back.</summary>
    public required string RevokedBy { get; init; }
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

    /// <summary>Do not make the call; the model reads the person's words in place of a result.</summary>
    Responded,
}
