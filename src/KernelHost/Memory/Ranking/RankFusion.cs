namespace KernelHost.Memory.Ranking;

/// <summary>
/// Reciprocal-rank fusion (Cormack, Clarke, Buettcher, SIGIR 2009): each leg gives a chunk weight / (k + rank). Scores of
/// different legs are never compared, only ranks.
/// </summary>
internal static class RankFusion
{
    /// <summary>Large enough that no single first place wins against agreement of the legs; the value of the paper.</summary>
    public const int K = 60;

    /// <summary>Fuses two legs, each ordered best first. The order of the result is unspecified.</summary>
    public static IReadOnlyCollection<FusedChunk> Fuse(
        IReadOnlyList<(long ChunkId, double Score)> keyword, double keywordWeight, IReadOnlyList<(long ChunkId, double Score)> vector, double vectorWeight)
    {
        var fused = new Dictionary<long, FusedChunk>(keyword.Count + vector.Count);
        foreach (var (chunkId, score, rank) in Ranked(keyword))
        {
            fused[chunkId] = new FusedChunk(chunkId, keywordWeight / (K + rank)) { KeywordRank = rank, KeywordScore = score };
        }

        foreach (var (chunkId, score, rank) in Ranked(vector))
        {
            var soFar = fused.GetValueOrDefault(chunkId) ?? new FusedChunk(chunkId, 0);
            fused[chunkId] = soFar with { Score = soFar.Score + (vectorWeight / (K + rank)), VectorRank = rank, Similarity = score };
        }

        return fused.Values;
    }

    // Equal scores share a rank, so that the order in which chunks came into the file decides nothing.
    private static IEnumerable<(long ChunkId, double Score, int Rank)> Ranked(IReadOnlyList<(long ChunkId, double Score)> leg)
    {
        var rank = 0;
        for (var i = 0; i < leg.Count; i++)
        {
            rank = i > 0 && leg[i].Score.Equals(leg[i - 1].Score) ? rank : i + 1;
            yield return (leg[i].ChunkId, leg[i].Score, rank);
        }
    }
}

/// <summary>A chunk with its place in each leg; ranks count from 1 and are <see langword="null"/> where the leg did not find it.</summary>
internal sealed record FusedChunk(long ChunkId, double Score)
{
    public int? KeywordRank { get; init; }

    /// <summary>BM25, higher is better.</summary>
    public double? KeywordScore { get; init; }

    public int? VectorRank { get; init; }

    /// <summary>The cosine.</summary>
    public double? Similarity { get; init; }
}
