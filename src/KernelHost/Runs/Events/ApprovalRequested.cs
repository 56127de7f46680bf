using KernelHost.Policy;

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

    /// <summary>The exact arguments with which the call would be made.</summary>
    public IDictionary<string, object?>? Arguments { get; init; }

    /// <summary>SHA-256 over artifact, arguments, principal, policy, terms and label: what an approval is bound to.</summary>
    public required string Digest { get; init; }

    /// <summary>Why it is asked, in a sentence for people.</summary>
    public required string Reason { get; init; }

    /// <summary>Who may answer, how many must, and until when; <see langword="null"/> in questions of earlier versions, which anybody may answer at any time.</summary>
    public ApprovalTerms? Terms { get; init; }

    /// <summary>On whose behalf the call would be made.</summary>
    public string? Principal { get; init; }

    /// <summary>How far what the model had read when it proposed the call may be trusted.</summary>
    public Integrity? Integrity { get; init; }

    /// <summary>The control arguments that were filled from untrusted content; <see langword="null"/> for none.</summary>
    public IReadOnlyList<UntrustedValue>? Untrusted { get; init; }

    /// <summary>The rule that asks.</summary>
    public string? Rule { get; init; }

    /// <summary>The version of that rule.</summary>
    public string? RuleVersion { get; init; }

    /// <summary>The version of the policy.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>The hash of the plugin's files.</summary>
    public string? ContentHash { get; init; }

    /// <summary>The hash of the tool's schema.</summary>
    public string? SchemaHash { get; init; }

    /// <summary>The question that this one replaces, because what it asked about has changed.</summary>
    public string? Replaces { get; init; }

    /// <summary>What has changed since that question, field by field.</summary>
    public IReadOnlyList<ApprovalDifference>? Differences { get; init; }
}

/// <summary>One thing that changed while a question was open.</summary>
/// <param name="Field"><c>pluginVersion</c>, <c>contentHash</c>, <c>schemaHash</c>, <c>policyVersion</c>, <c>rule</c> or <c>arguments</c>.</param>
/// <param name="Before">What the person was shown.</param>
/// <param name="After">What would run now.</param>
public sealed record ApprovalDifference(string Field, string Before, string After);

/// <summary>What a human is asked.</summary>
public enum ApprovalKind
{
    /// <summary>May this call be made?</summary>
    Action,

    /// <summary>The process stopped while this call was being made: did it take effect?</summary>
    Outcome,

    /// <summary>The run has reached a limit: may it use more? The arguments say how much.</summary>
    TopUp,
}
