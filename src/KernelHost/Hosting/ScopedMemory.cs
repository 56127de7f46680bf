using KernelHost.Catalog;
using KernelHost.Memory;
using KernelHost.Memory.Retrieval;
using KernelHost.Text;

namespace KernelHost.Hosting;

/// <summary>
/// The host's memory as a plugin's retriever sees it while it serves one query: through the eyes of whoever asked. It ends with the query, so that it cannot be
/// kept and used for somebody who may see less.
/// </summary>
/// <param name="entry">The retriever. Collections whose name begins with its plugin's id are its own.</param>
/// <param name="settings">Which collections it may search besides.</param>
/// <param name="search">For whom.</param>
/// <param name="find">The collections, by name; <see langword="null"/> where there can be none.</param>
internal sealed class ScopedMemory(CatalogRetriever entry, RetrieverSettings settings, HostedSearch search, Func<string, CollectionRetriever?> find) : DocumentMemory, IDisposable
{
    private const int MostPassages = 100;

    private volatile bool _ended;
    private volatile MemoryException? _failure;

    /// <summary>Why the last search of it failed, for whoever runs the host; <see langword="null"/> when none did.</summary>
    public MemoryException? Failure => _failure;

    public override async Task<IReadOnlyList<Passage>> SearchAsync(DocumentQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (_ended)
        {
            throw new InvalidOperationException("The query that this memory came with has been answered. Search with the memory of the query at hand.");
        }

        if (!query.Collection.StartsWith($"{entry.PluginId}/", StringComparison.Ordinal) && !settings.Collections.Contains(query.Collection, StringComparer.Ordinal))
        {
            throw new ToolException($"The retriever '{entry.QualifiedName}' may not search the collection '{VisibleText.Escape(query.Collection)}'. Whoever runs the host can grant it: KernelHost:Retrieval:Retrievers:{entry.QualifiedName}:Collections.");
        }

        var collection = find(query.Collection) ?? throw new ToolException($"There is no collection '{VisibleText.Escape(query.Collection)}'.");
        var options = search.Options with
        {
            Top = Math.Clamp(query.Top, 1, MostPassages),
            Explain = false,
            Filter = new RetrievalFilter { Sources = query.Sources, ChangedSince = query.ChangedSince, ChangedBefore = query.ChangedBefore },
        };
        try
        {
            return (await collection.SearchAsync(search with { Text = query.Text, Options = options, Reranker = null }, cancellationToken)).Passages;
        }
        catch (MemoryException exception)
        {
            // Its text names files of the host.
            _failure = exception;
            throw new ToolException($"The collection '{VisibleText.Escape(query.Collection)}' cannot be searched.", exception);
        }
    }

    public void Dispose() => _ended = true;
}
