using System.Diagnostics.CodeAnalysis;
using KernelHost.Catalog;

namespace KernelHost.Memory;

/// <summary>The files of a directory in a collection of a <see cref="MemoryStore"/>, which they are brought up to date with once, before the first search.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is never asked for owns nothing.")]
internal sealed class PluginDocuments(MemoryStore store, IngestRequest documents)
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile IngestReport? _report;

    /// <summary>The collection.</summary>
    public string Collection => documents.Collection;

    /// <summary>The documents that a plugin brings.</summary>
    public static PluginDocuments Of(MemoryStore store, CatalogRetriever entry) =>
        // A plugin's documents are few and come with it, so another embedding model is no reason to stop. They are as little trusted as others: help
        // articles are exported from systems that many people write to.
        new(store, new IngestRequest(CollectionName(entry), entry.PluginDirectory, entry.DocumentPattern!)
        {
            Reembed = true,
            Ingester = $"{entry.PluginId}@{entry.PluginVersion}",
        });

    /// <summary>The collection of a plugin's documents: <c>{pluginId}/{retrieverName}</c>.</summary>
    public static string CollectionName(CatalogRetriever entry) => entry.QualifiedName;

    /// <summary>Ingests the documents unless that has been done. A failure is not remembered: the next call tries again.</summary>
    /// <param name="progress">Told after each file and each batch of embeddings.</param>
    /// <param name="cancellationToken">Cancels the ingestion.</param>
    /// <returns>What the ingestion did.</returns>
    /// <exception cref="MemoryException">The documents or the index cannot be used.</exception>
    public async Task<IngestReport> PrepareAsync(IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        if (_report is { } done)
        {
            return done;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _report ??= await store.IngestAsync(documents, progress, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }
}
