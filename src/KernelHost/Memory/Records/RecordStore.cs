namespace KernelHost.Memory.Records;

/// <summary>
/// Where collections of records are kept: the seam between memory and a database. Everything else (ingestion, retrieval, the vector store that other
/// code sees) is written against it once, so that every store gives the same answers.
/// </summary>
/// <remarks>Safe for concurrent calls. Every failure of the database is a <see cref="MemoryException"/> that names it and the cure.</remarks>
public abstract class RecordStore : IAsyncDisposable, IDisposable
{
    /// <summary>Names the store in errors and reports, for example <c>the file '/data/memory.db'</c>. Holds no secret.</summary>
    public abstract string Description { get; }

    /// <summary>Names a collection; touches nothing yet.</summary>
    /// <param name="name">Any text but an empty one; names are compared by their characters.</param>
    public abstract RecordCollection GetCollection(string name);

    /// <summary>The names of all collections, in ordinal order.</summary>
    /// <param name="cancellationToken">Stops listing.</param>
    /// <exception cref="MemoryException">The store cannot be read.</exception>
    public abstract Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Lets go of the database. Calls that are running finish; later ones are refused.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    public virtual ValueTask DisposeAsync()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Lets go of the database.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
