namespace KernelHost.Runs.Events;

/// <summary>An approval that a person gave for more than one call: an action that need not be asked about again, and for how long.</summary>
public sealed record RememberedApproval
{
    /// <summary>Its id.</summary>
    public required string RememberedId { get; init; }

    /// <summary>The approval with which it was said.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>The tool, as <c>plugin/tool</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>The hash of the plugin's files; another one is another tool.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The hash of the tool's schema.</summary>
    public required string SchemaHash { get; init; }

    /// <summary>On whose behalf.</summary>
    public required string Principal { get; init; }

    /// <summary>By which agent.</summary>
    public required string Agent { get; init; }

    /// <summary>The only session in which it holds.</summary>
    /// <value><see langword="null"/>: every session of that principal with that agent.</value>
    public string? SessionId { get; init; }

    /// <summary>The arguments that a call must have, with these very values.</summary>
    public required IDictionary<string, object?> Arguments { get; init; }

    /// <summary>The arguments that may have any value, or be left out. Any other argument must not be there.</summary>
    public IReadOnlyList<string> AnyValue { get; init; } = [];

    /// <summary>How far what the model has read may be trusted at worst: as far as when the person was asked.</summary>
    public required Integrity Integrity { get; init; }

    /// <summary>The arguments that were filled from untrusted content when the person was asked. No other may be, and these only with the very value that was shown.</summary>
    public IReadOnlyList<string> Untrusted { get; init; } = [];

    /// <summary>The rule that asked. It holds only where that very rule asks.</summary>
    public required string Rule { get; init; }

    /// <summary>The version of that rule.</summary>
    public required string RuleVersion { get; init; }

    /// <summary>Who said so.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it holds.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
