namespace KernelHost.Memory.Ranking;

/// <summary>An answer with the reasons for its order.</summary>
/// <param name="Hits">Best first.</param>
/// <param name="IsLexical">Whether only spelling was compared, no meaning.</param>
internal sealed record SearchResult(IReadOnlyList<SearchHit> Hits, bool IsLexical);

/// <summary>A passage with the ranks it got.</summary>
internal sealed record SearchHit(Passage Passage, FusedChunk Ranking);
