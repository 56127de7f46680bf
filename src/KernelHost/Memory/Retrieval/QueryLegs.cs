using KernelHost.Memory.Records;

namespace KernelHost.Memory.Retrieval;

/// <summary>Makes the legs of a search by words and by vectors, the same for whatever is searched. Whose eyes it looks through is added by the caller.</summary>
internal static class QueryLegs
{
    // Text beyond this is no question any more; a query of a megabyte costs no more than one of this length.
    private const int LongestQuery = 4096;

    // At a right angle and beyond it nothing is near: such records must not take places in the fusion from those that are.
    private const float LeastSimilarity = float.Epsilon;

    /// <summary>As much of a query as is looked at.</summary>
    public static string Shorten(string query) => query.Length <= LongestQuery ? query : query[..LongestQuery];

    /// <param name="text">The query, shortened.</param>
    /// <param name="vector">The vector of the records that the query is compared with.</param>
    /// <param name="options">How the legs rank.</param>
    /// <param name="embedding">Makes the vector of the query, unless the leg is left out.</param>
    /// <param name="store">Names the store in errors.</param>
    /// <param name="cancellationToken">Stops waiting for the model.</param>
    public static async Task<RecordSearch> CreateAsync(
        string text, string vector, SearchOptions options, MemoryEmbedding embedding, string store, CancellationToken cancellationToken)
    {
        var keywordWeight = options.KeywordWeightBeside(embedding.IsLexical);
        var depth = Math.Max(options.Depth, options.Top);
        return new RecordSearch
        {
            Keywords = keywordWeight > 0 ? new KeywordLeg(text) { Weight = keywordWeight, Depth = depth, Threshold = options.KeywordThreshold } : null,
            Vectors = options.VectorWeight > 0
                ? [new VectorLeg(vector, (await Embedder.EmbedAsync(embedding, [text], store, cancellationToken))[0])
                    { Weight = options.VectorWeight, Depth = depth, Threshold = options.VectorThreshold ?? Math.Max(embedding.MinimumSimilarity, LeastSimilarity) }]
                : [],
            Top = options.Top,
            K = options.K,
            Explain = options.Explain,
        };
    }

    /// <summary>
    /// Lets a lexical leg speak for the words that the keywords cannot find. What it finds below the least similarity of its model is mostly chance beside keywords that know the
    /// query; where they know only a share of its words, misspelt ones above all, there is little else to go by, and the least similarity is that share of the model's. It never
    /// falls below what the hashes of unrelated texts have by chance.
    /// </summary>
    /// <param name="search">The search, complete with whose eyes it looks through: only words that it can find are known.</param>
    /// <param name="collection">What is searched.</param>
    /// <param name="options">A threshold of the caller's own stays as it is.</param>
    /// <param name="embedding">The model of the vectors. Of one that knows meaning, no word that is unknown says anything.</param>
    /// <param name="cancellationToken">Stops waiting for the store.</param>
    /// <returns>The search, and what is known of its words where that was asked.</returns>
    public static async Task<(RecordSearch Search, QueryWords? Words)> AdaptAsync(
        RecordSearch search, RecordCollection collection, SearchOptions options, MemoryEmbedding embedding, CancellationToken cancellationToken)
    {
        if (!embedding.IsLexical || options.VectorThreshold is not null || search is not { Keywords: { } keywords, Vectors: [var leg] })
        {
            return (search, null);
        }

        var words = new QueryWords(Bm25.WordsOf(keywords.Text, keywords.Group).Length, await collection.CountHeldWordsAsync(search, cancellationToken));
        var least = Math.Max(embedding.MinimumSimilarity * words.KnownShare, Math.Min(embedding.MinimumSimilarity, Chance(leg.Vector.Length)));
        return (search with { Vectors = [leg with { Threshold = Math.Max(least, LeastSimilarity) }] }, words);
    }

    // The cosine of two unrelated directions is spread around 0 by 1 / sqrt(dimensions); three times that is rarely passed.
    private static float Chance(int dimensions) => 3 / MathF.Sqrt(dimensions);
}
