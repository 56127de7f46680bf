namespace KernelHost;

/// <summary>A search of a <see cref="DocumentMemory"/>.</summary>
/// <param name="Collection">The collection: the plugin's own documents are <c>{plugin}/{retriever}</c>; others have to be granted by the host's configuration.</param>
/// <param name="Text">What to look for; nothing in it is an operator.</param>
public sealed record DocumentQuery(string Collection, string Text)
{
    /// <summary>How many passages to return at most, from 1 to 100.</summary>
    /// <value>5</value>
    public int Top { get; init; } = 5;

    /// <summary>Only documents whose source is one of these or lies below one that ends with <c>/</c>; <see langword="null"/> for all.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>Only documents that were changed at this time or later.</summary>
    public DateTimeOffset? ChangedSince { get; init; }

    /// <summary>Only documents that were changed before this time.</summary>
    public DateTimeOffset? ChangedBefore { get; init; }
}
