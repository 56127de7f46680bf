using KernelHost.Policy;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs.State;

/// <summary>One proposed call as far as the journal tells.</summary>
internal sealed class CallState(ProposedCall call, Integrity integrity, int seen = 0)
{
    [NotInSnapshot]
    private ulong _hash;

    public ProposedCall Call { get; } = call;

    public string CallId => Call.CallId;

    /// <summary>The arguments with which the call is made: the model's, or those of the person who changed them.</summary>
    public IDictionary<string, object?>? Arguments => Edited ?? Call.Arguments;

    /// <summary>The arguments of a person who changed them.</summary>
    public IDictionary<string, object?>? Edited { get; set; }

    /// <summary>The join over all that the model had read in this session when it proposed the call.</summary>
    public Integrity Integrity { get; } = integrity;

    /// <summary>How much the models of the session had read when it was proposed.</summary>
    public int Seen { get; } = seen;

    /// <summary>The tool that the policy was asked about, as <c>plugin/tool</c>.</summary>
    public string? Tool { get; set; }

    /// <summary>The policy's last word; <see langword="null"/> until it was asked.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>The question that is open or was answered last.</summary>
    public ApprovalRequested? Question { get; set; }

    /// <summary>Where <see cref="Question"/> stands.</summary>
    public ApprovalSummary? Approval { get; set; }

    /// <summary>The answer that settled <see cref="Question"/>.</summary>
    public ApprovalDecided? Answer { get; set; }

    /// <summary>The approval under which the call was announced.</summary>
    public string? ApprovalId { get; set; }

    /// <summary>The digest whose approval the announcement used up; <see langword="null"/> when none was needed.</summary>
    public string? ApprovedDigest { get; set; }

    /// <summary>The terms that <see cref="ApprovedDigest"/> covers.</summary>
    public ApprovalTerms? ApprovedTerms { get; set; }

    /// <summary>The label that <see cref="ApprovedDigest"/> covers.</summary>
    public Integrity? ApprovedIntegrity { get; set; }

    /// <summary>The tool the call is for, once the gate has found it. Not folded from the journal.</summary>
    [NotInSnapshot]
    public BoundTool? Bound { get; set; }

    /// <summary>The gate lets the call be made. Not folded from the journal: it holds from the decision to the announcement only.</summary>
    [NotInSnapshot]
    public bool Ready { get; set; }

    /// <summary>The gate has seen that the open question is about what would run now. Not folded from the journal.</summary>
    [NotInSnapshot]
    public bool Checked { get; set; }

    /// <summary>A number for tool and arguments, to notice repetition by.</summary>
    [NotInSnapshot]
    public ulong Hash => _hash != 0 ? _hash : _hash = ValueHash.OfCall(this) | 1;

    /// <summary>What the model is told beside the result; <see langword="null"/> for nothing.</summary>
    public string? Hint { get; set; }

    /// <summary>Announced, and not yet known to have ended. An answer is used up by the announcement.</summary>
    public bool Started { get; set; }

    /// <summary>The run that another agent makes for this call, once it was announced.</summary>
    public SubRunRef? SubRun { get; set; }

    /// <summary>How it last failed to answer in its time; <see langword="null"/> when it did not.</summary>
    public CallTimedOut? TimedOut { get; set; }

    /// <summary>What the plugin said became of it; <see langword="null"/> until it was asked.</summary>
    public OutcomeChecked? Reported { get; set; }

    /// <summary>The plugin knows that it did not happen, and nothing of it can be at work any more.</summary>
    public bool IsKnownUnmade => Reported is { Outcome: OutcomeKind.DidNotHappen } && TimedOut is not { Ended: false };

    /// <summary>The gate wants the plugin asked what became of it. Not folded from the journal.</summary>
    [NotInSnapshot]
    public bool MustInquire { get; set; }

    /// <summary>Has an outcome that the model can read.</summary>
    public bool Closed { get; set; }

    public object? Result { get; set; }

    /// <summary>Announced, and nobody has said what became of it: to call it unmade would be a lie, unless it only reads.</summary>
    public bool IsInDoubt => Started && !Closed && Answer is not { Answer: ApprovalAnswer.DidNotHappen } && !IsKnownUnmade;

    /// <summary>Waits for a human.</summary>
    public bool Waiting => !Closed && Approval is { Status: ApprovalStatus.Pending };

    /// <summary>Waited for a human, and need not any more: somebody has answered, or the time is over.</summary>
    public bool Settled => !Closed && Approval is { Status: not ApprovalStatus.Pending };

    public void Ask(ApprovalRequested asked, ApprovalSummary approval) => (Question, Approval, Answer, Checked) = (asked, approval, null, false);

    public void Announce()
    {
        if (Answer is not null)
        {
            ApprovalId = Answer.ApprovalId;
            ApprovedDigest = Answer.Digest;
            (ApprovedTerms, ApprovedIntegrity) = (Approval!.Details.Terms, Approval.Details.Integrity);
        }

        (Started, Ready) = (true, false);
        (Question, Approval, Answer) = (null, null, null);
    }
}
