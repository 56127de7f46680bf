namespace KernelHost.Policy;

/// <summary>The policy's answer to a proposed call. Instances are shared between calls.</summary>
/// <param name="Verdict">What may happen.</param>
/// <param name="Rule">The id of the deciding rule, or a default: <c>default:reads</c>, <c>default:effects</c>, <c>default:egress</c>, <c>default:untrusted</c>, <c>default:undeclared</c>.</param>
/// <param name="Reason">A sentence for people and for the model.</param>
public sealed record Decision(Verdict Verdict, string Rule, string Reason)
{
    /// <summary>Under which terms a question may be answered; <see langword="null"/> when the rule leaves them to the host.</summary>
    public ApprovalTerms? Terms { get; init; }

    /// <summary>A hash of the rule's content; empty for a default. What people said about a rule does not hold for another one of the same name.</summary>
    public string RuleVersion { get; init; } = "";

    /// <summary>The control arguments that were filled from untrusted content; <see langword="null"/> when none were, or it made no difference.</summary>
    public IReadOnlyList<UntrustedValue>? Untrusted { get; init; }
}
