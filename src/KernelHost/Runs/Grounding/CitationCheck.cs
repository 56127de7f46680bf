namespace KernelHost.Runs.Grounding;

/// <summary>A citation as an answer made it, and what became of it.</summary>
/// <param name="Number">The passage; 0 when it was written so that it cannot name one.</param>
/// <param name="Status">Whether it is true.</param>
public sealed record CitationCheck(int Number, CitationStatus Status)
{
    /// <summary>The document; <see langword="null"/> when there is none, or none that the principal may know of.</summary>
    public string? Source { get; init; }

    /// <summary>The document's title, if it has one.</summary>
    public string? Title { get; init; }

    /// <summary>The path of headings down to the passage, if there are any.</summary>
    public string? Section { get; init; }

    /// <summary>The version of the document, if it is known.</summary>
    public string? Version { get; init; }

    /// <summary>The page that the passage begins on, if the document has pages.</summary>
    public int? Page { get; init; }

    /// <summary>Where in the passage's text the quote stands, or the sentence that has most in common; <see langword="null"/> when neither is known.</summary>
    public TextSpan? InPassage { get; init; }

    /// <summary>What of the answer rests on it: the quote, or the sentence; <see langword="null"/> when that does not stand in the answer any more.</summary>
    public TextSpan? InAnswer { get; init; }

    /// <summary>Whether the words before it are given as a quote.</summary>
    public bool? Quoted { get; init; }
}
