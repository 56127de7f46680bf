namespace KernelHost;

/// <summary>
/// The documents of the host's memory, seen through the eyes of whoever a query is made for: what that principal may not see is not found, whatever is asked.
/// Thread-safe; owned by the host.
/// </summary>
public abstract class DocumentMemory
{
    /// <summary>For the host, and for a test of a retriever.</summary>
    protected DocumentMemory()
    {
    }

    internal static DocumentMemory None { get; } = new Nothing();

    /// <summary>Finds the passages that fit a query, best first.</summary>
    /// <param name="query">What to look for, and where.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>At most <see cref="DocumentQuery.Top"/> passages with their labels; empty when nothing fits.</returns>
    /// <exception cref="ToolException">The plugin may not search the collection, or it cannot be searched.</exception>
    /// <exception cref="InvalidOperationException">The query that it came with has been answered.</exception>
    public abstract Task<IReadOnlyList<Passage>> SearchAsync(DocumentQuery query, CancellationToken cancellationToken);

    private sealed class Nothing : DocumentMemory
    {
        public override Task<IReadOnlyList<Passage>> SearchAsync(DocumentQuery query, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("The query was not made by a host, so there is no memory to search. Give the test of a retriever a DocumentMemory of its own.");
    }
}
