using KernelHost.Runs.Events;

namespace KernelHost.Runs;

/// <summary>What a person says to a question.</summary>
/// <param name="ApprovalId">The question.</param>
/// <param name="Answer">One that fits its kind: approved, denied or responded for an action; happened, did not happen or abandoned for an outcome.</param>
/// <param name="DecidedBy">Who says it, as the host names principals.</param>
public sealed record ApprovalReply(string ApprovalId, ApprovalAnswer Answer, string DecidedBy)
{
    /// <summary>The digest of what was shown.</summary>
    /// <value><see langword="null"/>: what is asked now.</value>
    public string? Digest { get; init; }

    /// <summary>Why; the model learns it when the answer is no.</summary>
    public string? Reason { get; init; }

    /// <summary>What the model reads in place of a result, for <see cref="ApprovalAnswer.Responded"/>.</summary>
    public string? Response { get; init; }

    /// <summary>Other arguments, complete, with which the call is to be made, for <see cref="ApprovalAnswer.Approved"/>.</summary>
    public IDictionary<string, object?>? Arguments { get; init; }

    /// <summary>From now on the same action need not be asked about, for <see cref="ApprovalAnswer.Approved"/>.</summary>
    public RememberOptions? Remember { get; init; }
}

/// <summary>For what and how long an approval is remembered.</summary>
public sealed record RememberOptions
{
    /// <summary>The shortest time.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>The longest time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>How long, from a minute to 30 days.</summary>
    /// <value>Eight hours</value>
    public TimeSpan For { get; init; } = TimeSpan.FromHours(8);

    /// <summary>In every session of the principal with the agent, rather than in this one only.</summary>
    /// <value><see langword="false"/></value>
    public bool AllSessions { get; init; }

    /// <summary>The arguments that may have any value. All others must be as they were approved.</summary>
    /// <value>None: exactly these arguments.</value>
    public IReadOnlyList<string> AnyValue { get; init; } = [];

    /// <summary>The id it gets: that of <see cref="ApprovalDesk.PreviewAsync"/>, so that what somebody agreed to is what can be taken back.</summary>
    /// <value><see langword="null"/>: a new one.</value>
    public string? RememberedId { get; init; }
}
