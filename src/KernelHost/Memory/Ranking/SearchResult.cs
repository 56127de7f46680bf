namespace KernelHost.Memory.Ranking;

/// <summary>An answer with the reasons for its order.</summary>
/// <param name="Hits">Best first.</param>
/// <param name="IsLexical">Whether only spelling was compared, no meaning.</param>
internal sealed record SearchResult(IReadOnlyList<SearchHit> Hits, bool IsLexical);

/// <summary>A passage with the ranks it got.</summary>
/// <param name="Passage">The passage.</param>
/// <param name="Ordinal">Its place in the document, from 0.</param>
/// <param name="Ranking">How each leg ranked it.</param>
internal sealed record SearchHit(Passage Passage, long Ordinal, FusedChunk Ranking)
{
    /// <summary>Best first; equal ones by keyword rank, then by path and place, so that the order never depends on how the index was made.</summary>
    public static int Compare(SearchHit left, SearchHit right)
    {
        var order = right.Ranking.Score.CompareTo(left.Ranking.Score);
        order = order != 0 ? order : (left.Ranking.KeywordRank ?? int.MaxValue).CompareTo(right.Ranking.KeywordRank ?? int.MaxValue);
        order = order != 0 ? order : string.CompareOrdinal(left.Passage.Source, right.Passage.Source);
        return order != 0 ? order : left.Ordinal.CompareTo(right.Ordinal);
    }
}
