using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Retrieval;

/// <summary>Searches collections of documents through a scope: by words and by vectors, then by what else the options ask for. Safe for concurrent calls.</summary>
public sealed class DocumentSearch
{
    private readonly RecordStore _store;
    private readonly MemoryEmbedding _embedding;

    /// <summary>Names what is searched; touches nothing yet.</summary>
    /// <param name="store">The collections. The caller keeps its ownership.</param>
    /// <param name="embedding">The model of their vectors.</param>
    public DocumentSearch(RecordStore store, MemoryEmbedding embedding)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(embedding);
        _store = store;
        _embedding = embedding;
    }

    /// <summary>Finds the passages of a collection that fit a query and that the scope shows.</summary>
    /// <param name="collection">The name of the collection.</param>
    /// <param name="query">Any text; nothing in it is an operator. One without a word that carries meaning finds nothing.</param>
    /// <param name="scope">Whose eyes it looks through.</param>
    /// <param name="options">How it ranks.</param>
    /// <param name="reranker">Judges the best passages once more; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="MemoryException">
    /// The store cannot be used, there is no such collection, it is of another embedding model or holds no documents, or tenants share it and the scope has none.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of range, or a filter names an unknown field or operator.</exception>
    public async Task<SearchAnswer> SearchAsync(
        string collection, string query, RetrievalScope scope, SearchOptions options, Reranker? reranker = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(collection);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var text = QueryLegs.Shorten(query);
        var records = _store.GetCollection(collection);
        // Before the query is paid for: no collection, vectors of another model, or nobody's tenant.
        var present = await records.GetStateAsync(cancellationToken);
        var known = present is null ? await _store.ListAsync(cancellationToken) : [];
        var state = CollectionCheck.Require(present, collection, known, _embedding, scope, _store);
        RecordFilters.Check(options.Where, state.Schema);
        // A collection without vectors has no passages either.
        if (Bm25.WordsOf(text).Length == 0 || state.Schema.Vectors.Count == 0)
        {
            return new SearchAnswer([], _embedding.IsLexical);
        }

        var seen = scope.Narrow(options.Filter);
        var isShared = state.Schema.TenantField is not null;
        var (search, words) = await QueryLegs.AdaptAsync(
            await CreateAsync(text, seen, isShared, options, reranker is not null, cancellationToken), records, options, _embedding, cancellationToken);
        var hits = (await records.SearchAsync(search, cancellationToken))
            .Where(hit => hit.Record[DocumentSchema.Kind] is DocumentSchema.ChunkKind && seen.Allows(hit.Record, isShared) && !(hit.Score < options.FusedThreshold))
            .Select(static hit => new SearchHit(DocumentPassages.Read(hit.Record, hit.Score), hit.Score)
            {
                Record = hit.Record,
                Time = hit.Record[DocumentSchema.Time] as DateTimeOffset?,
                Keywords = hit.Keywords,
                Vector = hit.Vectors is [{ } place, ..] ? place : null,
            })
            .ToList();
        var notes = new List<string>();
        if (reranker is not null && hits.Count > 0)
        {
            hits = await Reranking.RunAsync(reranker, query, hits, options.RerankDepth, notes, cancellationToken);
        }

        if (options.ShowSections)
        {
            hits = await SectionPassages.ShowAsync(records, hits, record => seen.Allows(record, isShared), cancellationToken);
        }

        hits = options.MarginalRelevance is { } lambda ? MarginalRelevance.Choose(hits, options.Top, lambda) : [.. hits.Take(options.Top)];
        return new SearchAnswer(hits, _embedding.IsLexical) { Notes = notes, Words = words, LeastSimilarity = search.Vectors is [{ Threshold: { } least }] ? least : null };
    }

    private async Task<RecordSearch> CreateAsync(string text, RetrievalScope seen, bool isShared, SearchOptions options, bool isReranked, CancellationToken cancellationToken) =>
        await QueryLegs.CreateAsync(text, DocumentSchema.Vector, options, _embedding, _store.Description, cancellationToken) with
        {
            Filter = RecordFilter.And(RecordFilter.Equal(DocumentSchema.Kind, DocumentSchema.ChunkKind), seen.ToFilter(), options.Where),
            Tenant = isShared ? seen.Tenant : null,
            // What comes after the fusion chooses among more than it returns.
            Top = isReranked || options.ShowSections || options.MarginalRelevance is not null ? 2 * Math.Max(options.Depth, options.Top) : options.Top,
            IncludeVectors = options.MarginalRelevance is not null,
        };
}
