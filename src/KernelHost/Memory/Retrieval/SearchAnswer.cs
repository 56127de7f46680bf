using KernelHost.Memory.Records;

namespace KernelHost.Memory.Retrieval;

/// <summary>What a search of documents found.</summary>
/// <param name="Hits">The passages, best first.</param>
/// <param name="IsLexical">Whether its vectors compare spelling only: it must not be called semantic.</param>
public sealed record SearchAnswer(IReadOnlyList<SearchHit> Hits, bool IsLexical)
{
    /// <summary>What did not go as it should, in sentences for people.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What is known of the query's words, where the least similarity follows it.</summary>
    public QueryWords? Words { get; init; }

    /// <summary>The similarity that the vector leg asked of a passage; <see langword="null"/> without that leg.</summary>
    public float? LeastSimilarity { get; init; }

    /// <summary>The passages, best first.</summary>
    public IReadOnlyList<Passage> Passages => field ??= [.. Hits.Select(static hit => hit.Passage)];
}

/// <summary>How many words a query has that carry meaning, and how many of them stand in any passage that the search may find.</summary>
/// <param name="All">At least one.</param>
/// <param name="Known">Those that the keyword leg can find.</param>
public sealed record QueryWords(int All, int Known)
{
    /// <summary>The share of the words that is known, from 0 to 1.</summary>
    public float KnownShare => Known / (float)All;
}

/// <summary>A passage that was found, and how.</summary>
/// <param name="Passage">The passage. Its score is that of the reranker where there is one, else <see cref="Fused"/>.</param>
/// <param name="Fused">The score of the fusion; of one leg alone, its own.</param>
public sealed record SearchHit(Passage Passage, double Fused)
{
    /// <summary>With <see cref="SearchOptions.Explain"/>, the place in the keyword leg; <see langword="null"/> where it was not found.</summary>
    public LegPlace? Keywords { get; init; }

    /// <summary>With <see cref="SearchOptions.Explain"/>, the place in the vector leg; <see langword="null"/> where it was not found.</summary>
    public LegPlace? Vector { get; init; }

    /// <summary>The score of the reranker; <see langword="null"/> where there was none or it did not get so far.</summary>
    public double? Reranked { get; init; }

    /// <summary>When the document was last changed, if that is known.</summary>
    public DateTimeOffset? Time { get; init; }

    internal Record Record { get; init; } = null!;
}
