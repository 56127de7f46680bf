using KernelHost.Memory.Retrieval;

namespace KernelHost.Memory;

/// <summary>Searches a collection that somebody else fills, with <c>kernelhost ingest</c> for example.</summary>
/// <param name="store">Where it is.</param>
/// <param name="collection">Its name.</param>
/// <param name="scope">Whose eyes it looks through.</param>
public sealed class CollectionRetriever(MemoryStore store, string collection, RetrievalScope scope) : Retriever
{
    /// <inheritdoc/>
    /// <exception cref="MemoryException">The store cannot be used, or has no such collection, or it is of another embedding model.</exception>
    public override Task<IReadOnlyList<Passage>> RetrieveAsync(RetrievalQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return store.SearchAsync(collection, query.Text, scope, query.Top, cancellationToken);
    }
}
