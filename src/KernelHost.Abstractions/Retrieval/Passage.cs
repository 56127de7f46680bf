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

    /// <summary>Names the passage among those of its retriever, if it is kept under a name.</summary>
    public string? Id { get; init; }

    /// <summary>The version of the document: for documents in the host's memory the SHA-256 of its bytes, in lower-case hex. A citation names it.</summary>
    public string? Version { get; init; }

    /// <summary>The page that the passage begins on, from 1, where the document has pages.</summary>
    public int? Page { get; init; }

    /// <summary>The place of the passage in its document, from 0: it orders the passages of one document.</summary>
    public long? Position { get; init; }

    /// <summary>How far the text is trusted. The host believes it of its own memory only: what a plugin's retriever returns is never more than <see cref="Integrity.Untrusted"/>.</summary>
    /// <value><see cref="Integrity.Untrusted"/></value>
    public Integrity Integrity { get; init; } = Integrity.Untrusted;

    /// <summary>The principals and groups that may see it; empty for everybody who may search. The host drops a passage whose readers do not include who asks.</summary>
    public IReadOnlyList<string> Readers { get; init; } = [];

    /// <summary>Who brought the document: <c>plugin@version</c>, or <c>host</c>.</summary>
    public string? Ingester { get; init; }
}
