using KernelHost.Policy;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.State;

/// <summary>One proposed call as far as the journal tells.</summary>
internal sealed class CallState(ProposedCall call)
{
    public ProposedCall Call { get; } = call;

    public string CallId => Call.CallId;

    /// <summary>The policy's last word; <see langword="null"/> until it was asked.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>The question that is open or was answered last.</summary>
    public ApprovalRequested? Question { get; set; }

    /// <summary>The answer to <see cref="Question"/>.</summary>
    public ApprovalDecided? Answer { get; set; }

    /// <summary>The digest whose approval the announcement used up; <see langword="null"/> when none was needed.</summary>
    public string? ApprovedDigest { get; set; }

    /// <summary>The tool the call is for, once the gate has found it. Not folded from the journal.</summary>
    [NotInSnapshot]
    public BoundTool? Bound { get; set; }

    /// <summary>The gate lets the call be made. Not folded from the journal: it holds from the decision to the announcement only.</summary>
    [NotInSnapshot]
    public bool Ready { get; set; }

    /// <summary>Announced, and not yet known to have ended. An answer is used up by the announcement.</summary>
    public bool Started { get; set; }

    /// <summary>The run that another agent makes for this call, once it was announced.</summary>
    public SubRunRef? SubRun { get; set; }

    /// <summary>Has an outcome that the model can read.</summary>
    public bool Closed { get; set; }

    public object? Result { get; set; }

    /// <summary>Announced, and nobody has said what became of it: to call it unmade would be a lie, unless it only reads.</summary>
    public bool IsInDoubt => Started && !Closed && Answer is not { Answer: ApprovalAnswer.DidNotHappen };

    /// <summary>Waits for a human.</summary>
    public bool Waiting => !Closed && Question is not null && Answer is null;
}
