namespace KernelHost.Memory.Retrieval;

/// <summary>What a caller wants to see less of. It narrows a <see cref="RetrievalScope"/>; what the scope does not show, it cannot bring back.</summary>
public sealed record RetrievalFilter
{
    /// <summary>Only documents whose source is one of these or lies below one that ends with <c>/</c>; <see langword="null"/> for all, an empty list for none.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>Only documents that were changed at this time or later; those of which that is not known are left out.</summary>
    public DateTimeOffset? ChangedSince { get; init; }

    /// <summary>Only documents that were changed before this time; those of which that is not known are left out.</summary>
    public DateTimeOffset? ChangedBefore { get; init; }
}
