using System.Diagnostics.CodeAnalysis;

namespace KernelHost.Memory.Records;

/// <summary>One collection of records: keyed, filtered, searched by words and by vectors.</summary>
/// <remarks>
/// Safe for concurrent calls, and for several processes on one store. What a write has acknowledged survives a killed process. Every call but
/// <see cref="GetStateAsync"/>, <see cref="EnsureExistsAsync"/> and <see cref="DropAsync"/> fails with a <see cref="MemoryException"/> when there is no
/// such collection.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "The word of the field for what it is.")]
public abstract class RecordCollection
{
    /// <summary>The name of the collection.</summary>
    public abstract string Name { get; }

    /// <summary>What the collection is now; <see langword="null"/> when it does not exist.</summary>
    public abstract Task<CollectionState?> GetStateAsync(CancellationToken cancellationToken);

    /// <summary>Creates the collection unless it exists.</summary>
    /// <param name="schema">Its fields and vectors.</param>
    /// <param name="properties">Kept with a new collection; those of an existing one stay.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="MemoryException">It exists with another schema; the message names the difference.</exception>
    public abstract Task EnsureExistsAsync(RecordSchema schema, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken);

    /// <summary>Deletes the collection with all it holds.</summary>
    /// <returns>Whether there was one.</returns>
    public abstract Task<bool> DropAsync(CancellationToken cancellationToken);

    /// <summary>The records of these keys that exist, in the order of the keys.</summary>
    public abstract Task<IReadOnlyList<Record>> GetAsync(IReadOnlyCollection<object> keys, bool includeVectors, CancellationToken cancellationToken);

    /// <summary>The records that a filter selects.</summary>
    public abstract Task<IReadOnlyList<Record>> ListAsync(RecordListing listing, CancellationToken cancellationToken);

    /// <summary>All records that a filter selects, in no order, read in pages. Records written meanwhile may or may not come.</summary>
    public abstract IAsyncEnumerable<Record> ScrollAsync(RecordFilter filter, bool includeVectors, CancellationToken cancellationToken);

    /// <summary>How many records a filter selects, exactly.</summary>
    public abstract Task<long> CountAsync(RecordFilter filter, CancellationToken cancellationToken);

    /// <summary>Writes records, whole; one of the same key is replaced. Durable when it returns.</summary>
    /// <exception cref="MemoryException">A record does not fit the schema: nothing of the call is written.</exception>
    public abstract Task UpsertAsync(IReadOnlyList<Record> records, CancellationToken cancellationToken);

    /// <summary>Deletes the records of these keys; keys that do not exist are passed over.</summary>
    public abstract Task DeleteAsync(IReadOnlyCollection<object> keys, CancellationToken cancellationToken);

    /// <summary>Deletes the records that a filter selects.</summary>
    /// <returns>How many there were.</returns>
    public abstract Task<long> DeleteAsync(RecordFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a change that readers see whole or not at all, whatever happens in between, and that moves the collection to its next version.
    /// </summary>
    /// <returns><see langword="false"/>, with nothing changed, when the version is no longer <see cref="RecordChange.ExpectedVersion"/>.</returns>
    public abstract Task<bool> TryChangeAsync(RecordChange change, CancellationToken cancellationToken);

    /// <summary>
    /// Builds all content anew beside the present one, for another schema for example, and puts it in its place at once. Readers go on with the old
    /// one until then.
    /// </summary>
    /// <returns><see langword="false"/>, with nothing changed, when the version is no longer <see cref="RecordRebuild.ExpectedVersion"/>.</returns>
    public abstract Task<bool> TryRebuildAsync(RecordRebuild rebuild, CancellationToken cancellationToken);

    /// <summary>Finds records by words, by vectors, or by both.</summary>
    /// <exception cref="MemoryException">A vector has another length than the collection's, or a name is unknown.</exception>
    public abstract Task<IReadOnlyList<RecordHit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken);

    /// <summary>
    /// Counts the words of a search that its keyword leg can find: those of <see cref="Bm25.WordsOf(string, string)"/> that at least one record holds which its filter and
    /// tenant select. What lies outside of them does not count. 0 without a keyword leg; thresholds and depths mean nothing here.
    /// </summary>
    /// <exception cref="MemoryException">A vector has another length than the collection's, or a name is unknown.</exception>
    public abstract Task<int> CountHeldWordsAsync(RecordSearch search, CancellationToken cancellationToken);
}
