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
}
