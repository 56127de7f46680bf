using System.Diagnostics.CodeAnalysis;
using KernelHost.Catalog;
using KernelHost.Memory.Retrieval;

namespace KernelHost.Memory;

/// <summary>Searches the files of a directory through a <see cref="MemoryStore"/>, which it brings up to date once before the first search.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is never asked for owns nothing.")]
public sealed class DocumentRetriever : Retriever
{
    private readonly MemoryStore _store;
    private readonly RetrievalScope _scope;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile IngestReport? _report;

    /// <summary>Names the documents; reads nothing yet.</summary>
    /// <param name="store">Where they are indexed. The caller keeps its ownership.</param>
    /// <param name="documents">
    /// Which files. With <see cref="IngestRequest.Reembed"/> a change of the configured embedding model embeds them anew.
    /// </param>
    /// <param name="scope">Whose eyes it looks through.</param>
    public DocumentRetriever(MemoryStore store, IngestRequest documents, RetrievalScope scope)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(scope);
        _store = store;
        _scope = scope;
        Documents = documents;
    }

    /// <summary>Which files are searched.</summary>
    public IngestRequest Documents { get; }

    /// <summary>Whether passages are found by spelling only, not by meaning.</summary>
    public bool IsLexical => _store.Embedding.IsLexical;

    /// <summary>The retriever of documents that a plugin brings.</summary>
    /// <param name="store">Where they are indexed.</param>
    /// <param name="entry">The retriever, as the plugin declares it.</param>
    /// <param name="scope">Whose eyes it looks through.</param>
    internal static DocumentRetriever ForPlugin(MemoryStore store, CatalogRetriever entry, RetrievalScope scope) =>
        // A plugin's documents are few and come with it, so another embedding model is no reason to stop. They are as little trusted as others: help
        // articles are exported from systems that many people write to.
        new(store, new IngestRequest(CollectionName(entry.PluginId, entry.Name), entry.PluginDirectory, entry.DocumentPattern!)
        {
            Reembed = true,
            Ingester = $"{entry.PluginId}@{entry.PluginVersion}",
        }, scope);

    /// <summary>The collection of a plugin's documents: <c>{pluginId}/{retrieverName}</c>.</summary>
    public static string CollectionName(string pluginId, string retrieverName) => $"{pluginId}/{retrieverName}";

    /// <summary>Ingests the documents unless that has been done. A failure is not remembered: the next call tries again.</summary>
    /// <param name="progress">Told after each file and each batch of embeddings.</param>
    /// <param name="cancellationToken">Cancels the ingestion.</param>
    /// <returns>What the ingestion did.</returns>
    /// <exception cref="MemoryException">The documents or the index cannot be used.</exception>
    public async Task<IngestReport> PrepareAsync(IProgress<IngestProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (_report is { } done)
        {
            return done;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _report ??= await _store.IngestAsync(Documents, progress, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="MemoryException">The documents or the index cannot be used.</exception>
    public override async Task<IReadOnlyList<Passage>> RetrieveAsync(RetrievalQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        await PrepareAsync(progress: null, cancellationToken);
        return await _store.SearchAsync(Documents.Collection, query.Text, _scope, query.Top, cancellationToken);
    }
}
