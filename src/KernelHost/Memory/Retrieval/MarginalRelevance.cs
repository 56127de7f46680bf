using System.Numerics.Tensors;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Ranking;

namespace KernelHost.Memory.Retrieval;

/// <summary>
/// Chooses passages that are relevant and say different things: maximal marginal relevance (Carbonell and Goldstein, <i>The Use of MMR, Diversity-Based
/// Reranking for Reordering Documents and Producing Summaries</i>, SIGIR 1998). The next one is always that with the greatest
/// <c>lambda * relevance - (1 - lambda) * greatest similarity to one chosen before</c>.
/// </summary>
internal static class MarginalRelevance
{
    // Enough to tell passages of a usual length apart; a section of a megabyte costs no more.
    private const int MostWords = 512;

    /// <summary>The best <paramref name="top"/> in the order they are chosen.</summary>
    /// <param name="hits">Ordered by relevance. Their scores are brought to 0 to 1, so that lambda means the same for every kind of score.</param>
    /// <param name="top">How many to choose.</param>
    /// <param name="lambda">From 0, only difference, to 1, only relevance.</param>
    public static List<SearchHit> Choose(IReadOnlyList<SearchHit> hits, int top, double lambda)
    {
        if (hits.Count == 0)
        {
            return [];
        }

        var (least, greatest) = (hits.Min(static hit => hit.Passage.Score), hits.Max(static hit => hit.Passage.Score));
        var relevance = hits.Select(hit => greatest > least ? (hit.Passage.Score - least) / (greatest - least) : 1).ToArray();
        var content = hits.Select(Content.Of).ToArray();
        var nearest = new double[hits.Count];
        var left = Enumerable.Range(0, hits.Count).ToList();
        var chosen = new List<SearchHit>(Math.Min(top, hits.Count));
        while (chosen.Count < top && left.Count > 0)
        {
            // Of equal ones the more relevant comes first, because they are gone through in that order.
            var next = left.MaxBy(i => (lambda * relevance[i]) - ((1 - lambda) * nearest[i]));
            left.Remove(next);
            chosen.Add(hits[next]);
            foreach (var i in left)
            {
                nearest[i] = Math.Max(nearest[i], Content.Similarity(content[next], content[i]));
            }
        }

        return chosen;
    }

    private readonly record struct Content(ReadOnlyMemory<float> Vector, IReadOnlyList<string> Words)
    {
        public static Content Of(SearchHit hit)
        {
            hit.Record.Vectors.TryGetValue(DocumentSchema.Vector, out var vector);
            return new Content(vector, SearchWords.ForQuery(hit.Passage.Text, MostWords));
        }

        // The cosine where both have vectors, else how many of their words they share.
        public static double Similarity(Content left, Content right) => left.Vector.Length > 0 && left.Vector.Length == right.Vector.Length
            ? TensorPrimitives.CosineSimilarity(left.Vector.Span, right.Vector.Span) is var cosine && float.IsFinite(cosine) ? cosine : 0
            : Overlap(left.Words, right.Words);

        private static double Overlap(IReadOnlyList<string> left, IReadOnlyList<string> right)
        {
            var common = left.Intersect(right, StringComparer.Ordinal).Count();
            return common == 0 ? 0 : common / (double)(left.Count + right.Count - common);
        }
    }
}
