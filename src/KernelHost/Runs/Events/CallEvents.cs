using KernelHost.Policy;

namespace KernelHost.Runs.Events;

/// <summary>An event about one proposed call.</summary>
public abstract class CallEvent : RunEvent
{
    /// <summary>The host's id of the call.</summary>
    public required string CallId { get; init; }
}

/// <summary>The policy decided on a proposed call.</summary>
public sealed class CallDecided : CallEvent
{
    /// <summary>The tool, as <c>plugin/tool</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>What the policy says.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The rule that decided.</summary>
    public required string Rule { get; init; }

    /// <summary>Why, in a sentence for people.</summary>
    public required string Reason { get; init; }

    /// <summary>The remembered approval that turned a question into a yes, as it stood then; <see langword="null"/> when there was none.</summary>
    public RememberedApproval? Remembered { get; init; }

    /// <summary>The digest of the action that a remembered approval allowed; <see langword="null"/> otherwise.</summary>
    public string? Digest { get; init; }

    /// <summary>The control arguments that were filled from untrusted content; <see langword="null"/> when none were, or it made no difference.</summary>
    public IReadOnlyList<UntrustedValue>? Untrusted { get; init; }
}

/// <summary>The call is about to be made. With an effect, this is on disk before the tool is invoked.</summary>
public sealed class CallStarted : CallEvent
{
    /// <summary>The approval that allowed it, if one was needed.</summary>
    public string? ApprovalId { get; init; }

    /// <summary>The run that another agent makes for this call. On disk before that run begins, so that it is found again and never started twice.</summary>
    public SubRunRef? SubRun { get; init; }

    /// <summary>What the model is told beside the result, because the run repeats itself; <see langword="null"/> for nothing.</summary>
    public string? Hint { get; init; }

    /// <summary>Bytes of arguments, as JSON, that leave with it; <see langword="null"/> for a tool from which nothing leaves.</summary>
    public long? BytesOut { get; init; }

    /// <summary>The artifact that makes it, so that no other undoes it; <see langword="null"/> for a call that cannot be undone.</summary>
    public ToolArtifact? Artifact { get; init; }
}

/// <summary>A call with an effect that must not be repeated did not answer in its time: nobody knows yet whether it took effect.</summary>
public sealed class CallTimedOut : CallEvent
{
    /// <summary>Whether the tool came back when it was cancelled; otherwise it may still be at work.</summary>
    public required bool Ended { get; init; }

    /// <summary>What the plugin used by asking the model until then; <see langword="null"/> for nothing.</summary>
    public CallUsage? Usage { get; init; }

    /// <summary>How long the host waited, in milliseconds.</summary>
    public double DurationMs { get; init; }
}

/// <summary>The plugin was asked what became of a call that must not be repeated.</summary>
public sealed class OutcomeChecked : CallEvent
{
    /// <summary>What it said; also unknown when it could not be asked.</summary>
    public required OutcomeKind Outcome { get; init; }

    /// <summary>Why nobody knows, in words for people.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public double DurationMs { get; init; }
}

/// <summary>The call returned.</summary>
public sealed class CallCompleted : CallEvent
{
    /// <summary>What the model reads: a string or a JSON value.</summary>
    public object? Result { get; init; }

    /// <summary>The whole result, where <see cref="Result"/> is only its beginning; <see langword="null"/> where it is all.</summary>
    public object? FullResult { get; init; }

    /// <summary>How far the result may be trusted.</summary>
    public Integrity Integrity { get; init; } = Integrity.Untrusted;

    /// <summary>Passages that this call brought into the run, numbered for citation.</summary>
    public IReadOnlyList<Citation> Passages { get; init; } = [];

    /// <summary>How many passages a search found, those included that the conversation held already; <see langword="null"/> for other calls.</summary>
    public int? Found { get; init; }

    /// <summary>What it used up of the run beyond being a call; <see langword="null"/> for nothing.</summary>
    public CallUsage? Usage { get; init; }

    /// <summary>How often the call was made, when transient faults made it more than once.</summary>
    public int? Attempts { get; init; }

    /// <summary>How long the call took, in milliseconds.</summary>
    public double DurationMs { get; init; }

    /// <summary>What the sub-run used, with those below it; <see langword="null"/> for other calls. Counts as use of this run.</summary>
    public RunUsage? SubRunUsage { get; init; }

    /// <summary>The approval under which it was made, if one was needed.</summary>
    public string? ApprovalId { get; init; }
}

/// <summary>The call was refused or did not succeed. The model reads why.</summary>
public sealed class CallFailed : CallEvent
{
    /// <summary>What kind of failure it was.</summary>
    public required CallFailure Failure { get; init; }

    /// <summary>What the model reads; safe to show.</summary>
    public required string Error { get; init; }

    /// <summary>Why it failed, in the host's words for whoever runs it: no model reads it. <see langword="null"/> when the host knows no more than <see cref="Error"/> says.</summary>
    public string? Cause { get; init; }

    /// <summary>How far <see cref="Error"/> may be trusted when it is a plugin's; <see langword="null"/> when the host says it.</summary>
    public Integrity? Integrity { get; init; }

    /// <summary>What it used up of the run beyond being a call; <see langword="null"/> for nothing.</summary>
    public CallUsage? Usage { get; init; }

    /// <summary>How often the call was made, when transient faults made it more than once.</summary>
    public int? Attempts { get; init; }

    /// <summary>How long the call took, in milliseconds; 0 when it was not made.</summary>
    public double DurationMs { get; init; }

    /// <summary>What the sub-run used, with those below it; <see langword="null"/> for other calls. Counts as use of this run.</summary>
    public RunUsage? SubRunUsage { get; init; }
}

/// <summary>Why a call has no result.</summary>
public enum CallFailure
{
    /// <summary>No such tool, or arguments that do not fit it.</summary>
    Invalid,

    /// <summary>The policy denies it.</summary>
    DeniedByPolicy,

    /// <summary>A person denied it.</summary>
    DeniedByPerson,

    /// <summary>The tool failed.</summary>
    Failed,

    /// <summary>A limit of the run was reached before it was made.</summary>
    Limit,

    /// <summary>It was interrupted and nobody knows whether it took effect.</summary>
    UnknownOutcome,

    /// <summary>The run was cancelled before it was made, or while it read something.</summary>
    Cancelled,

    /// <summary>A person was asked and nobody answered in time.</summary>
    Expired,

    /// <summary>A person must be asked, nobody is there, and then such calls are denied.</summary>
    Unattended,

    /// <summary>An operator has stopped the tool or its plugin.</summary>
    Stopped,

    /// <summary>It repeats what the run has done again and again; the run ends.</summary>
    Loop,
}
