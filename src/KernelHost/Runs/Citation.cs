namespace KernelHost.Runs;

/// <summary>A retrieved passage that an answer may cite as <c>[Number]</c>.</summary>
/// <param name="Number">From 1, in the order of retrieval within the run.</param>
/// <param name="Retriever">Where it came from, as <c>plugin/retriever</c>.</param>
/// <param name="Source">The document.</param>
/// <param name="Text">The passage, word for word.</param>
public sealed record Citation(int Number, string Retriever, string Source, string Text)
{
    /// <summary>The title of the document, if it has one.</summary>
    public string? Title { get; init; }

    /// <summary>The path of headings down to the passage, if there are any.</summary>
    public string? Section { get; init; }

    /// <summary>The version of the document: for documents in the host's memory the SHA-256 of its bytes, in lower-case hex.</summary>
    public string? Version { get; init; }

    /// <summary>The page that the passage begins on, from 1, where the document has pages.</summary>
    public int? Page { get; init; }

    /// <summary>The place of the passage in its document, from 0.</summary>
    public long? Position { get; init; }

    /// <summary>The name of the passage among those of its retriever, if it has one.</summary>
    public string? Id { get; init; }

    /// <summary>How far the text is trusted; <see langword="null"/> for <see cref="KernelHost.Integrity.Untrusted"/>.</summary>
    public Integrity? Integrity { get; init; }

    /// <summary>The principals and groups that may see it; <see langword="null"/> for everybody who may search.</summary>
    public IReadOnlyList<string>? Readers { get; init; }

    /// <summary>Who brought the document: <c>plugin@version</c>, or <c>host</c>.</summary>
    public string? Ingester { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of the text as it was retrieved; <see langword="null"/> in journals older than that.</summary>
    public string? Hash { get; init; }
}
