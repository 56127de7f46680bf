using System.Collections.Concurrent;
using KernelHost.Memory.Ranking;
using KernelHost.Memory.Sqlite;
using KernelHost.Memory.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory;

/// <summary>
/// The embedded memory: one SQLite file with the chunks, words and vectors of any number of collections. It is an index, and can be
/// built again from the documents at any time.
/// </summary>
/// <remarks>Safe for concurrent calls, and for several processes on one file. The file is opened, and created, by the first call that needs it.</remarks>
public sealed class MemoryStore : IDisposable, IAsyncDisposable
{
    private readonly MemoryDatabase _database;
    private readonly HybridSearch _search;
    private readonly Ingestion.Ingestion _ingestion;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>Names the file; touches nothing yet.</summary>
    /// <param name="path">The index file. Its directory is created when it is missing.</param>
    /// <param name="embedding">Makes the vectors.</param>
    /// <param name="busyTimeout">How long to wait while another process writes; 5 seconds when <see langword="null"/>.</param>
    /// <param name="timeProvider">The clock; the system's when <see langword="null"/>.</param>
    public MemoryStore(string path, MemoryEmbedding embedding, TimeSpan? busyTimeout = null, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(embedding);
        Path = System.IO.Path.GetFullPath(path);
        Embedding = embedding;
        _database = new MemoryDatabase(Path, busyTimeout ?? TimeSpan.FromSeconds(5));
        _search = new HybridSearch(_database, embedding);
        _ingestion = new Ingestion.Ingestion(_database, embedding, timeProvider ?? TimeProvider.System);
    }

    /// <summary>The full path of the index file.</summary>
    public string Path { get; }

    /// <summary>The model that makes the vectors. When it is lexical, results match by spelling and must be shown as such.</summary>
    public MemoryEmbedding Embedding { get; }

    /// <summary>Brings a collection up to date with the files of a directory; what is unchanged costs next to nothing.</summary>
    /// <param name="collection">The name of the collection; it is created when it does not exist.</param>
    /// <param name="directory">The directory that the pattern and all document paths are relative to.</param>
    /// <param name="pattern">A glob such as <c>articles/**/*.md</c>.</param>
    /// <param name="progress">Told after each file and each batch of embeddings.</param>
    /// <param name="cancellationToken">Cancels; the collection then stays as it was.</param>
    /// <returns>What was done. Files that were not taken up are listed with the reason.</returns>
    /// <exception cref="MemoryException">As for the other overload.</exception>
    public Task<IngestReport> IngestAsync(
        string collection, string directory, string pattern, IProgress<IngestProgress>? progress = null, CancellationToken cancellationToken = default) =>
        IngestAsync(new IngestRequest(collection, directory, pattern), progress, cancellationToken);

    /// <summary>Brings a collection up to date with the files of a directory; what is unchanged costs next to nothing.</summary>
    /// <param name="request">Which files belong to which collection.</param>
    /// <param name="progress">Told after each file and each batch of embeddings.</param>
    /// <param name="cancellationToken">Cancels; the collection then stays as it was.</param>
    /// <returns>What was done. Files that were not taken up are listed with the reason.</returns>
    /// <exception cref="MemoryException">
    /// The index cannot be used, the directory does not exist, the pattern leaves it, or the collection is of another embedding model.
    /// The collection then stays as it was.
    /// </exception>
    public async Task<IngestReport> IngestAsync(IngestRequest request, IProgress<IngestProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Collection);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Directory);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Pattern);
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

    /// <summary>Finds the passages of a collection that fit a query, by words and by vectors.</summary>
    /// <param name="collection">The name of the collection.</param>
    /// <param name="query">Any text; nothing in it is an operator. One without a word that carries meaning finds nothing.</param>
    /// <param name="top">How many passages to return at most, from 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The best passages, best first; equal ones in the order of their paths.</returns>
    /// <exception cref="MemoryException">The index cannot be used, or has no such collection, or the collection is of another embedding model.</exception>
    public async Task<IReadOnlyList<Passage>> SearchAsync(string collection, string query, int top = 5, CancellationToken cancellationToken = default)
    {
        var result = await ExplainAsync(collection, query, top, cancellationToken);
        return result.Hits.Select(static hit => hit.Passage).ToList();
    }

    /// <summary>The collections in the index, by name.</summary>
    /// <exception cref="MemoryException">The index cannot be used.</exception>
    public IReadOnlyList<CollectionInfo> ListCollections() => _database.Read(static connection =>
    {
        using var statement = new Statement(connection,
            """
            SELECT name, (SELECT count(*) FROM documents WHERE collection_id = c.id AND skipped IS NULL),
                (SELECT count(*) FROM chunks WHERE collection_id = c.id), model, dimensions
            FROM collections c ORDER BY name
            """);
        using var reader = statement.Read();
        var collections = new List<CollectionInfo>();
        while (reader.Read())
        {
            collections.Add(new CollectionInfo(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetString(3), reader.GetInt32(4)));
        }

        return collections;
    });

    /// <summary>Deletes a collection with all it holds from the index; the documents themselves stay.</summary>
    /// <returns>Whether there was such a collection.</returns>
    /// <exception cref="MemoryException">The index cannot be used.</exception>
    public bool DeleteCollection(string collection)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(collection);
        return _database.Use(connection => Delete(connection, collection));
    }

    /// <summary>Closes the file. Calls that are running finish; later ones are refused.</summary>
    public void Dispose() => _database.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal Task<SearchResult> ExplainAsync(string collection, string query, int top, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(collection);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(top, 1000);
        return _search.SearchAsync(collection, query, top, cancellationToken);
    }

    private static bool Delete(SqliteConnection connection, string name)
    {
        using var transaction = connection.BeginTransaction();
        if (CollectionRow.Find(connection, name) is not { } collection)
        {
            return false;
        }

        Statement.Run(connection, "DELETE FROM chunks WHERE collection_id = $1", collection.Id);
        Statement.Run(connection, "DELETE FROM documents WHERE collection_id = $1", collection.Id);
        Statement.Run(connection, "DELETE FROM collections WHERE id = $1", collection.Id);
        MemorySchema.DropCollectionTables(connection, collection.Id);
        transaction.Commit();
        return true;
    }
}
