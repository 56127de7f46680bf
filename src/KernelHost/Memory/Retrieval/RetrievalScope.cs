namespace KernelHost.Memory.Retrieval;

/// <summary>
/// Whose eyes a search looks through. The host makes it from the principal of a run and puts it under every search, below any retriever: a caller can narrow
/// it, nobody can widen it.
/// </summary>
public sealed record RetrievalScope
{
    /// <summary>The tenant; <see langword="null"/> sees only collections that no tenants share.</summary>
    public string? Tenant { get; init; }

    /// <summary>The principal and the groups it belongs to. What names readers is seen only when it names one of these.</summary>
    public required IReadOnlyCollection<string> Readers { get; init; }

    /// <summary>Only documents whose source is one of these or lies below one that ends with <c>/</c>; <see langword="null"/> for all.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>Only documents that were changed at this time or later.</summary>
    public DateTimeOffset? ChangedSince { get; init; }

    /// <summary>Only documents that were changed before this time.</summary>
    public DateTimeOffset? ChangedBefore { get; init; }
}
