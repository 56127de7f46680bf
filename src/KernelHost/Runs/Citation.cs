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
}
