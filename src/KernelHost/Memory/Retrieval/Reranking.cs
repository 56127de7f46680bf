namespace KernelHost.Memory.Retrieval;

/// <summary>Puts the best passages into the order of a reranker, and holds it to its contract.</summary>
internal static class Reranking
{
    /// <summary>The reranked passages, best first, and after them the rest in its order. A reranker that fails leaves everything as it was and a note.</summary>
    public static async Task<List<SearchHit>> RunAsync(
        Reranker reranker, string query, List<SearchHit> hits, int depth, List<string> notes, CancellationToken cancellationToken)
    {
        var best = hits.Take(depth).ToList();
        IReadOnlyList<double> scores;
        try
        {
            scores = await reranker.ScoreAsync(query, [.. best.Select(static hit => hit.Passage)], cancellationToken);
        }
        catch (RerankException exception)
        {
            notes.Add($"Not reranked: {exception.Message}");
            return hits;
        }

        if (scores.Count != best.Count || !scores.All(double.IsFinite))
        {
            notes.Add($"Not reranked: {reranker.Name} did not give one finite score for each of {best.Count} passages.");
            return hits;
        }

        return
        [
            .. best.Select((hit, i) => hit with { Reranked = scores[i], Passage = hit.Passage with { Score = scores[i] } }).OrderByDescending(static hit => hit.Reranked),
            // Below all that were judged, and in their order.
            .. hits.Skip(depth).Select((hit, i) => hit with { Passage = hit.Passage with { Score = scores.Min() - ((i + 1) / (double)hits.Count) } }),
        ];
    }
}
