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
    public static List<FusedChunk> Fuse(List<LegHit> keyword, double keywordWeight, List<LegHit> vector, double vectorWeight)
    {
        var fused = new List<FusedChunk>(keyword.Count + vector.Count);
        var places = new Dictionary<long, int>(keyword.Count);
        for (var i = 0; i < keyword.Count; i++)
        {
            var (hit, rank) = (keyword[i], RankAt(keyword, i));
            places[hit.ChunkId] = i;
            fused.Add(new FusedChunk(hit.ChunkId, keywordWeight / (K + rank)) { KeywordRank = rank, KeywordScore = hit.Score });
        }

        for (var i = 0; i < vector.Count; i++)
        {
            var (hit, rank) = (vector[i], RankAt(vector, i));
            var score = vectorWeight / (K + rank);
            if (places.TryGetValue(hit.ChunkId, out var place))
            {
                fused[place] = fused[place] with { Score = fused[place].Score + score, VectorRank = rank, Similarity = hit.Score };
            }
            else
            {
                fused.Add(new FusedChunk(hit.ChunkId, score) { VectorRank = rank, Similarity = hit.Score });
            }
        }

        return fused;
    }

    // Equal scores share a rank, so that the order in which chunks came into the file decides nothing.
    private static int RankAt(List<LegHit> leg, int i)
    {
        while (i > 0 && leg[i].Score.Equals(leg[i - 1].Score))
        {
            i--;
        }

        return i + 1;
    }
}

/// <summary>A chunk as one leg found it; the scores of one leg can be compared, higher is better.</summary>
internal sealed record LegHit(long ChunkId, double Score);

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
