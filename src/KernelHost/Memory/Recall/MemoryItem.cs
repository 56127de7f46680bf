namespace KernelHost.Memory.Recall;

/// <summary>Something that an agent was told to remember.</summary>
/// <param name="Id">For example <c>mem_4k2q9x7w1c3d</c>; the same for the same call, so that a repeated call saves nothing twice.</param>
/// <param name="Scope">Who shares it.</param>
/// <param name="Owner">The principal, session, agent or tenant that it belongs to.</param>
/// <param name="Text">What was said, word for word.</param>
public sealed record MemoryItem(string Id, MemoryScope Scope, string Owner, string Text)
{
    /// <summary>The tenant it is kept for; <see langword="null"/> for none.</summary>
    public string? Tenant { get; init; }

    /// <summary>How far the text was trusted when it was saved: the least trusted of what the run had read by then. It never rises.</summary>
    public required Integrity Integrity { get; init; }

    /// <summary>Who had it saved.</summary>
    public required string SavedBy { get; init; }

    /// <summary>The agent that saved it.</summary>
    public required string Agent { get; init; }

    /// <summary>The conversation it was saved in.</summary>
    public required string SessionId { get; init; }

    /// <summary>The run it was saved in.</summary>
    public required string RunId { get; init; }

    /// <summary>The call it was saved by.</summary>
    public required string CallId { get; init; }

    /// <summary>When it was saved.</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>How well it fits the query it was recalled by; comparable within one answer only.</summary>
    public double Score { get; init; }

    /// <summary>How far somebody may trust it: what another principal had saved is untrusted, whatever it was for them.</summary>
    public Integrity IntegrityFor(string principal) => principal == SavedBy ? Integrity : Integrity.Untrusted;
}
