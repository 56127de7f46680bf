namespace KernelHost;

/// <summary>Finds passages for a query. Implementations are safe for concurrent calls.</summary>
public abstract class Retriever
{
    /// <summary>Returns the best passages, best first.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>At most <see cref="RetrievalQuery.Top"/> passages; empty when nothing fits.</returns>
    public abstract Task<IReadOnlyList<Passage>> RetrieveAsync(RetrievalQuery query, CancellationToken cancellationToken);
}
