using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Ingestion;
using KernelHost.Memory.Ingestion.Formats;
using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;

namespace KernelHost.Memory;

/// <summary>
/// The memory of documents, over any store of records: collections are brought up to date with files, and searched. What is in it is an index, and can be built
/// again from the documents at any time.
/// </summary>
/// <remarks>Safe for concurrent calls, and for several processes on one store. The store is touched by the first call that needs it.</remarks>
public sealed class MemoryStore : IDisposable, IAsyncDisposable
{
    private readonly RecordStore _store;
    private readonly Ingestion.Ingestion _ingestion;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>Puts documents into a store; touches nothing yet.</summary>
    /// <param name="store">Where records are kept. It is closed with this.</param>
    /// <param name="embedding">Makes the vectors.</param>
    /// <param name="timeProvider">The clock; the system's when <see langword="null"/>.</param>
    public MemoryStore(RecordStore store, MemoryEmbedding embedding, TimeProvider? timeProvider = null)
        : this(store, embedding, timeProvider ?? TimeProvider.System, DocumentFormats.Default)
    {
    }

    internal MemoryStore(RecordStore store, MemoryEmbedding embedding, TimeProvider timeProvider, DocumentFormats formats)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(embedding);
        _store = store;
        Embedding = embedding;
        Search = new DocumentSearch(store, embedding);
        _ingestion = new Ingestion.Ingestion(store, embedding, timeProvider, formats);
    }

    /// <summary>Names the store, for people.</summary>
    public string Description => _store.Description;

    /// <summary>The model that makes the vectors. When it is lexical, results match by spelling and must be shown as such.</summary>
    public MemoryEmbedding Embedding { get; }

    /// <summary>Searches its documents.</summary>
    public DocumentSearch Search { get; }

    /// <summary>The records that the documents are kept as.</summary>
    public RecordStore Records => _store;

    /// <summary>Brings a collection up to date with the files of a directory; what is unchanged costs next to nothing.</summary>
    /// <param name="request">Which files belong to which collection.</param>
    /// <param name="progress">Told after each file and each batch of embeddings.</param>
    /// <param name="cancellationToken">Cancels; the collection then stays as it was.</param>
    /// <returns>What was done. Files that were not taken up are listed with the reason.</returns>
    /// <exception cref="MemoryException">
    /// The store cannot be used, the directory does not exist, a pattern leaves it, or the collection is of another embedding model, of other tenants, or holds
    /// no documents. The collection then stays as it was.
    /// </exception>
    public async Task<IngestReport> IngestAsync(IngestRequest request, IProgress<IngestProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Collection);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Directory);
        ArgumentOutOfRangeException.ThrowIfZero(request.Patterns.Count, nameof(request));
        // Two ingestions of one collection would both embed the same chunks; the second had better wait and find nothing to do.
        var gate = _gates.GetOrAdd(request.Collection, static _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await _ingestion.RunAsync(request, progress, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// Embeds a collection anew, from the text in it, with the model of this memory. Searches with the former model go on until the new vectors are whole.
    /// </summary>
    /// <param name="collection">The name of the collection.</param>
    /// <param name="progress">Told after each batch of embeddings.</param>
    /// <param name="cancellationToken">Cancels; the collection then stays as it was, and what was made is in the cache of embeddings.</param>
    /// <returns>How many chunks were embedded; 0 when the vectors are of this model already.</returns>
    /// <exception cref="MemoryException">The store cannot be used, or there is no such collection of documents.</exception>
    public Task<int> ReembedAsync(string collection, IProgress<IngestProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(collection);
        return _ingestion.ReembedAsync(collection, progress, cancellationToken);
    }

    /// <summary>Finds the passages of a collection that fit a query, by words and by vectors.</summary>
    /// <param name="collection">The name of the collection.</param>
    /// <param name="query">Any text; nothing in it is an operator. One without a word that carries meaning finds nothing.</param>
    /// <param name="scope">Whose eyes it looks through.</param>
    /// <param name="top">How many passages to return at most, from 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The best passages, best first.</returns>
    /// <exception cref="MemoryException">As <see cref="DocumentSearch.SearchAsync"/>.</exception>
    public async Task<IReadOnlyList<Passage>> SearchAsync(
        string collection, string query, RetrievalScope scope, int top = 5, CancellationToken cancellationToken = default) =>
        (await Search.SearchAsync(collection, query, scope, new SearchOptions { Top = top }, reranker: null, cancellationToken)).Passages;

    /// <summary>The collections of documents in the store, by name.</summary>
    /// <exception cref="MemoryException">The store cannot be used.</exception>
    public async Task<IReadOnlyList<CollectionInfo>> ListCollectionsAsync(CancellationToken cancellationToken = default)
    {
        var documents = RecordFilter.And(
            RecordFilter.Equal(DocumentSchema.Kind, DocumentSchema.DocumentKind), RecordFilter.Compare(DocumentSchema.Version, RecordOperator.NotEqual, null));
        List<CollectionInfo> collections = [];
        await foreach (var (records, state) in DocumentCollectionsAsync(cancellationToken))
        {
            collections.Add(new CollectionInfo(
                records.Name,
                (int)await records.CountAsync(documents, cancellationToken),
                (int)await records.CountAsync(RecordFilter.Equal(DocumentSchema.Kind, DocumentSchema.ChunkKind), cancellationToken),
                state.Properties[DocumentSchema.ModelProperty],
                DocumentCollection.DimensionsOf(state)));
        }

        return collections;
    }

    /// <summary>The names of the collections of documents; what else is kept in the store is none.</summary>
    internal async Task<IReadOnlyList<string>> ListNamesAsync(CancellationToken cancellationToken) =>
        await DocumentCollectionsAsync(cancellationToken).Select(static collection => collection.Records.Name).ToListAsync(cancellationToken);

    /// <summary>Deletes a collection with all it holds from the store; the documents themselves stay.</summary>
    /// <returns>Whether there was such a collection.</returns>
    /// <exception cref="MemoryException">The store cannot be used.</exception>
    public Task<bool> DeleteCollectionAsync(string collection, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(collection);
        return _store.GetCollection(collection).DropAsync(cancellationToken);
    }

    /// <summary>Closes the store. Calls that are running finish; later ones are refused.</summary>
    public void Dispose() => _store.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private async IAsyncEnumerable<(RecordCollection Records, CollectionState State)> DocumentCollectionsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var name in await _store.ListAsync(cancellationToken))
        {
            var records = _store.GetCollection(name);
            if (await records.GetStateAsync(cancellationToken) is { } state && state.Properties.ContainsKey(DocumentSchema.ModelProperty))
            {
                yield return (records, state);
            }
        }
    }
}
