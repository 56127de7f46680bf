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
        List<SearchLeg> legs = [];
        if (search.Keywords is { } keywords && Bm25.WordsOf(keywords.Text, keywords.Group) is { Length: > 0 } words)
        {
            legs.Add(new SearchLeg(null, SafeNames.Words, Words(words), Parameters(options, version.CountsWordsOfTenant ? Corpus() : null), keywords.Weight, keywords.Depth, Below(keywords.Threshold)));
        }

        for (var i = 0; i < search.Vectors.Count; i++)
        {
            var leg = search.Vectors[i];
            var isDistance = head.Schema.Vectors.First(vector => vector.Name == leg.Name).Distance is VectorDistance.Euclidean or VectorDistance.Manhattan;
            legs.Add(new SearchLeg(i, SafeNames.Of(leg.Name), Dense(leg.Vector), Parameters(options, idf: null), leg.Weight, leg.Depth, isDistance ? Above(leg.Threshold) : Below(leg.Threshold)));
        }

        Legs = legs;
    }

    /// <summary>The legs that have something to ask for: a text without a word that carries meaning has not.</summary>
    public IReadOnlyList<SearchLeg> Legs { get; }

    /// <summary>Whether scores are fused ones. A leg without words still makes those of the others so.</summary>
    public bool IsFused => _search.Vectors.Count + (_search.Keywords is null ? 0 : 1) > 1;

    /// <summary>The search itself.</summary>
    public QueryPoints Query()
    {
        if (!IsFused)
        {
            return Query(Legs[0]);
        }

        var request = new QueryPoints { CollectionName = _head.Target, Query = new Query { Rrf = new Rrf { K = (uint)_search.K } }, ReadConsistency = _consistency };
        request.Query.Rrf.Weights.AddRange(Legs.Select(static leg => leg.Weight));
        request.Prefetch.AddRange(Legs.Select(Prefetch));
        return request;
    }

    /// <summary>Each leg alone, with nothing but keys and scores.</summary>
    public QueryBatchPoints Alone()
    {
        var batch = new QueryBatchPoints { CollectionName = _head.Target, ReadConsistency = _consistency };
        foreach (var leg in Legs)
        {
            var request = Query(leg);
            request.Limit = Depth(leg);
            request.WithPayload = KeyOnly();
            request.WithVectors = new WithVectorsSelector { Enable = false };
            batch.QueryPoints.Add(request);
        }

        return batch;
    }

    /// <summary>For each word of the keyword leg a record that holds it, with nothing of it: whether there is one.</summary>
    public QueryBatchPoints HoldersOfEachWord()
    {
        var batch = new QueryBatchPoints { CollectionName = _head.Target, ReadConsistency = _consistency };
        if (Legs.FirstOrDefault(static leg => leg.Vector is null) is { } keywords)
        {
            foreach (var word in keywords.Query.Nearest.Sparse.Indices)
            {
                var request = Query(keywords with { Query = Words([word]), Threshold = null });
                request.Limit = 1;
                request.WithPayload = new WithPayloadSelector { Enable = false };
                request.WithVectors = new WithVectorsSelector { Enable = false };
                batch.QueryPoints.Add(request);
            }
        }

        return batch;
    }

    public static WithPayloadSelector KeyOnly() => new() { Include = new PayloadIncludeSelector { Fields = { SafeNames.Key } } };

    private QueryPoints Query(SearchLeg leg)
    {
        var request = new QueryPoints { CollectionName = _head.Target, Query = leg.Query, Using = leg.Using, Filter = _filter, Params = leg.Parameters, ReadConsistency = _consistency };
        if (leg.Threshold is { } threshold)
        {
            request.ScoreThreshold = threshold;
        }

        return request;
    }

    // The limit is explicit, because the server's own is 10; so are filter and threshold, because those of the whole search do not reach into its legs.
    private PrefetchQuery Prefetch(SearchLeg leg)
    {
        var prefetch = new PrefetchQuery { Query = leg.Query, Using = leg.Using, Filter = _filter, Params = leg.Parameters, Limit = Depth(leg) };
        if (leg.Threshold is { } threshold)
        {
            prefetch.ScoreThreshold = threshold;
        }

        return prefetch;
    }

    private ulong Depth(SearchLeg leg) => (ulong)Math.Max(leg.Depth, (long)_search.Skip + _search.Top);

    // The records whose words are counted: those of the tenant that can be seen, whatever else the search filters by.
    private IdfParams Corpus()
    {
        var corpus = new Filter();
        if (_search.Tenant is { } tenant)
        {
            corpus.Must.Add(TenantOf(_head.Schema, tenant));
        }

        return new IdfParams { Corpus = Visibility.Restrict(corpus, _head) };
    }

    private static Condition TenantOf(RecordSchema schema, string tenant) => Conditions.Text(SafeNames.Of(schema.TenantField!.Name), tenant);

    private static SearchParams Parameters(QdrantOptions options, IdfParams? idf)
    {
        var parameters = new SearchParams { Exact = options.Exact, Idf = idf };
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
}
