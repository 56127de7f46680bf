namespace KernelHost;

/// <summary>A piece of a document that a retriever found.</summary>
/// <param name="Source">Which document: a path relative to its collection, or an absolute URI. A citation names it.</param>
/// <param name="Text">The passage, word for word.</param>
public sealed record Passage(string Source, string Text)
{
    /// <summary>The title of the document, if it has one.</summary>
    public string? Title { get; init; }

    /// <summary>The path of headings down to the passage, joined by <c> &gt; </c>, if there are any.</summary>
    public string? Section { get; init; }

    /// <summary>Higher is better; comparable within one answer only.</summary>
    public double Score { get; init; }
}
