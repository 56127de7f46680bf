namespace KernelHost.Policy;

/// <summary>Under which terms a question may be answered. Immutable.</summary>
public sealed record ApprovalTerms
{
    private static readonly ApprovalTerms Standard = new();

    /// <summary>The roles whose people may answer.</summary>
    /// <value><see langword="null"/>: every approver.</value>
    public IReadOnlyList<string>? Approvers { get; init; }

    /// <summary>How many different people must say yes, from 1 to 20. One no is enough.</summary>
    /// <value>1</value>
    public int Quorum { get; init; } = 1;

    /// <summary>How long the question stands; unanswered by then it counts as denied.</summary>
    /// <value><see langword="null"/>: in a rule, as the host says; in a question, without end.</value>
    public TimeSpan? ExpiresAfter { get; init; }

    /// <summary>After how long <see cref="EscalateTo"/> may answer too.</summary>
    /// <value><see langword="null"/>: never.</value>
    public TimeSpan? EscalateAfter { get; init; }

    /// <summary>The roles that may answer after <see cref="EscalateAfter"/>.</summary>
    public IReadOnlyList<string>? EscalateTo { get; init; }

    /// <summary>What happens where nobody is there to be asked.</summary>
    /// <value><see langword="null"/>: as the host says. A question that was asked does not carry it.</value>
    public Unattended? Unattended { get; init; }

    /// <summary>The host knows its approvers, so that whoever a run works for is never one of them. Set by the host, not by a rule.</summary>
    public bool SeparateApprover { get; init; }

    /// <summary>The terms of a question: the rule's, completed with the host's.</summary>
    internal static ApprovalTerms ForQuestion(ApprovalTerms? rule, ApprovalSettings host) => (rule ?? Standard) with
    {
        ExpiresAfter = rule?.ExpiresAfter ?? host.ExpiresAfter,
        Unattended = null,
        SeparateApprover = host.Approvers.Any,
    };

    /// <summary>The terms of a question about what became of a call: silence tells nothing, and one who knows is enough.</summary>
    internal ApprovalTerms ForOutcome() => this with { Quorum = 1, ExpiresAfter = null };
}

/// <summary>What happens to a call that must be asked about where nobody is there to be asked. The larger value is the stricter.</summary>
public enum Unattended
{
    /// <summary>The run waits until somebody answers, from wherever.</summary>
    Park,

    /// <summary>The call is denied.</summary>
    Deny,
}
