using KernelHost.Memory.Records;
using KernelHost.Qdrant.Client;
using KernelHost.Qdrant.Collections;
using KernelHost.Qdrant.Filters;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Search;

/// <summary>The requests that a search becomes.</summary>
internal sealed class SearchRequests
{
    private readonly List<Leg> _legs = [];
    private readonly CollectionHead _head;
    private readonly RecordSearch _search;
    private readonly Filter _filter;
    private readonly ReadConsistency? _consistency;

    public SearchRequests(CollectionHead head, RecordSearch search, QdrantOptions options, ServerVersion version, ReadConsistency? consistency)
    {
        _head = head;
        _search = search;
        _consistency = consistency;
        _filter = new FilterTranslator(head.Schema).Translate(search.Filter);
        if (search.Tenant is { } tenant)
        {
            _filter.Must.Add(TenantOf(head.Schema, tenant));
        }

        Visibility.Restrict(_filter, head);
        if (search.Keywords is { } keywords && Bm25.WordsOf(keywords.Text) is { Length: > 0 } words)
        {
            var parameters = Parameters(options);
            if (version.CountsWordsOfTenant)
            {
                // The records whose words are counted: those of the tenant that can be seen, whatever else the search filters by.
                var corpus = new Filter();
                if (search.Tenant is { } counted)
                {
                    corpus.Must.Add(TenantOf(head.Schema, counted));
                }

                parameters.Idf = new IdfParams { Corpus = Visibility.Restrict(corpus, head) };
            }

            _legs.Add(new Leg(null, SafeNames.Words, Words(words), parameters, keywords.Weight, keywords.Depth, Below(keywords.Threshold)));
        }

        for (var i = 0; i < search.Vectors.Count; i++)
        {
            var leg = search.Vectors[i];
            var isDistance = head.Schema.Vectors.First(vector => vector.Name == leg.Name).Distance is VectorDistance.Euclidean or VectorDistance.Manhattan;
            _legs.Add(new Leg(i, SafeNames.Of(leg.Name), Dense(leg.Vector), Parameters(options), leg.Weight, leg.Depth, isDistance ? Above(leg.Threshold) : Below(leg.Threshold)));
        }
    }

    /// <summary>Whether there is nothing to ask for: the only leg has no word that carries meaning, or no hits are wanted.</summary>
    public bool IsEmpty => _legs.Count == 0 || _search.Top == 0;

    /// <summary>The legs, by their place among the vectors; <see langword="null"/> for the keywords.</summary>
    public IReadOnlyList<int?> Legs => [.. _legs.Select(static leg => leg.Vector)];

    // A leg without words still makes the others' scores fused ones.
    private bool IsFused => _search.Vectors.Count + (_search.Keywords is null ? 0 : 1) > 1;

    /// <summary>The search itself.</summary>
    public QueryPoints Query(WithVectorsSelector vectors)
    {
        var request = IsFused ? new QueryPoints { Query = new Query { Rrf = new Rrf { K = (uint)_search.K } } } : Query(_legs[0]);
        if (IsFused)
        {
            request.CollectionName = _head.Target;
            request.Query.Rrf.Weights.AddRange(_legs.Select(static leg => leg.Weight));
            request.Prefetch.AddRange(_legs.Select(Prefetch));
        }

        request.Limit = (ulong)_search.Top;
        request.Offset = (ulong)_search.Skip;
        request.WithPayload = new WithPayloadSelector { Enable = true };
        request.WithVectors = vectors;
        request.ReadConsistency = _consistency;
        return request;
    }

    /// <summary>Each leg alone, to tell the place and score that it gave a record.</summary>
    public QueryBatchPoints Explain()
    {
        var batch = new QueryBatchPoints { CollectionName = _head.Target, ReadConsistency = _consistency };
        foreach (var leg in _legs)
        {
            var request = Query(leg);
            request.Limit = Depth(leg);
            request.WithPayload = new WithPayloadSelector { Include = new PayloadIncludeSelector { Fields = { SafeNames.Key } } };
            request.WithVectors = new WithVectorsSelector { Enable = false };
            batch.QueryPoints.Add(request);
        }

        return batch;
    }

    private QueryPoints Query(Leg leg)
    {
        var request = new QueryPoints { CollectionName = _head.Target, Query = leg.Query, Using = leg.Using, Filter = _filter, Params = leg.Parameters };
        if (leg.Threshold is { } threshold)
        {
            request.ScoreThreshold = threshold;
        }

        return request;
    }

    // The limit is explicit, because the server's own is 10; so are filter and threshold, because those of the whole search do not reach into its legs.
    private PrefetchQuery Prefetch(Leg leg)
    {
        var prefetch = new PrefetchQuery { Query = leg.Query, Using = leg.Using, Filter = _filter, Params = leg.Parameters, Limit = Depth(leg) };
        if (leg.Threshold is { } threshold)
        {
            prefetch.ScoreThreshold = threshold;
        }

        return prefetch;
    }

    private ulong Depth(Leg leg) => (ulong)Math.Max(leg.Depth, (long)_search.Skip + _search.Top);

    private static Condition TenantOf(RecordSchema schema, string tenant) => Conditions.Text(SafeNames.Of(schema.TenantField!.Name), tenant);

    private static SearchParams Parameters(QdrantOptions options)
    {
        var parameters = new SearchParams { Exact = options.Exact };
        if (options.SearchBreadth is { } breadth)
        {
            parameters.HnswEf = (ulong)breadth;
        }

        if (options.Layout.Quantization != QdrantQuantization.None)
        {
            parameters.Quantization = new QuantizationSearchParams { Rescore = true };
            if (options.Layout.Oversampling is { } oversampling)
            {
                parameters.Quantization.Oversampling = oversampling;
            }
        }

        return parameters;
    }

    private static Query Words(uint[] words)
    {
        var sparse = new SparseVector();
        sparse.Indices.AddRange(words);
        sparse.Values.AddRange(words.Select(static _ => 1f));
        return new Query { Nearest = new VectorInput { Sparse = sparse } };
    }

    private static Query Dense(ReadOnlyMemory<float> vector) => new() { Nearest = new VectorInput { Dense = new DenseVector { Data = PointWriter.Pack(vector) } } };

    // The server takes what is better than a threshold, we what reaches it: one float further they are the same.
    private static float? Below(float? threshold) => threshold is { } value ? MathF.BitDecrement(value) : null;

    private static float? Above(float? threshold) => threshold is { } value ? MathF.BitIncrement(value) : null;

    private sealed record Leg(int? Vector, string Using, Query Query, SearchParams Parameters, float Weight, int Depth, float? Threshold);
}
