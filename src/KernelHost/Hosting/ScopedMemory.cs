using KernelHost.Memory;
using KernelHost.Memory.Retrieval;
using KernelHost.Text;

namespace KernelHost.Hosting;

/// <summary>
/// The host's memory as a plugin's retriever sees it while it serves one query: through the eyes of whoever asked. It ends with the query, so that it cannot be
/// kept and used for somebody who may see less.
/// </summary>
/// <param name="plugin">The plugin; collections whose name begins with its id are its own.</param>
/// <param name="retriever">The retriever, for messages.</param>
/// <param name="granted">Collections that the host's configuration lets it search besides.</param>
/// <param name="search">For whom.</param>
/// <param name="find">The collections.</param>
internal sealed class ScopedMemory(string plugin, string retriever, IReadOnlyList<string> granted, HostedSearch search, Func<string, HostedRetriever> find) : DocumentMemory, IDisposable
{
    private const int MostPassages = 100;

    private volatile bool _ended;

    public override async Task<IReadOnlyList<Passage>> SearchAsync(DocumentQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (_ended)
        {
            throw new InvalidOperationException("The query that this memory came with has been answered. Search with the memory of the query at hand.");
        }

        if (!query.Collection.StartsWith(plugin + "/", StringComparison.Ordinal) && !granted.Contains(query.Collection, StringComparer.Ordinal))
        {
            throw new ToolException($"The retriever '{retriever}' may not search the collection '{VisibleText.Escape(query.Collection)}'. Whoever runs the host can grant it: KernelHost:Retrieval:Retrievers:{retriever}:Collections.");
        }

        var options = search.Options with
        {
            Top = Math.Clamp(query.Top, 1, MostPassages),
            Explain = false,
            Filter = new RetrievalFilter { Sources = query.Sources, ChangedSince = query.ChangedSince, ChangedBefore = query.ChangedBefore },
        };
        try
        {
            return (await find(query.Collection).SearchAsync(search with { Text = query.Text, Options = options, Reranker = null }, cancellationToken)).Passages;
        }
        catch (MemoryException exception)
        {
            // Its text names files of the host.
            throw new ToolException($"The collection '{VisibleText.Escape(query.Collection)}' cannot be searched.", exception);
        }
    }

    public void Dispose() => _ended = true;
}
