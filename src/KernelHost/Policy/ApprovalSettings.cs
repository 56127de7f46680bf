namespace KernelHost.Policy;

/// <summary>What a host says about questions: who may answer them, and what holds where a rule says nothing. Immutable.</summary>
public sealed record ApprovalSettings
{
    /// <summary>The people who may answer.</summary>
    /// <value>Nobody in particular: the one person at the terminal answers his own runs' questions.</value>
    public Approvers Approvers { get; init; } = Approvers.None;

    /// <summary>How long a question stands.</summary>
    /// <value>Seven days; <see langword="null"/> is without end.</value>
    public TimeSpan? ExpiresAfter { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What happens where nobody is there to be asked.</summary>
    /// <value><see cref="Policy.Unattended.Park"/></value>
    public Unattended Unattended { get; init; }

    /// <summary>Why somebody's yes of then does not count now; <see langword="null"/> when it still does.</summary>
    /// <param name="name">Who said yes.</param>
    /// <param name="terms">Under which terms; <see langword="null"/> for a question of an earlier version.</param>
    /// <param name="principal">On whose behalf the call would be made.</param>
    internal string? Disqualify(string name, ApprovalTerms? terms, string principal)
    {
        if (!Approvers.Any)
        {
            return null;
        }

        return Approvers.Find(name) is not { } person ? "no approver"
            : string.Equals(name, principal, StringComparison.OrdinalIgnoreCase) ? "asked for it himself"
            : terms?.Approvers is { } roles && !person.Roles.Any(role => roles.Contains(role) || terms.EscalateTo?.Contains(role) == true) ? "without the role"
            : null;
    }
}
