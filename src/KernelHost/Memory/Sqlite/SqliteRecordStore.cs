using System.Collections.Concurrent;
using KernelHost.Memory.Records;
using KernelHost.Storage;

namespace KernelHost.Memory.Sqlite;

/// <summary>
/// Records in one SQLite file: fields, vectors and words change in one transaction, so that they never disagree. Searches are exact. Several processes may use one file
/// on one machine.
/// </summary>
public sealed class SqliteRecordStore : RecordStore
{
    private readonly SqliteFile _file;
    private readonly ConcurrentDictionary<string, SqliteRecordCollection> _collections = new(StringComparer.Ordinal);

    /// <summary>Names the file; it is opened, and created when it does not exist, by the first call.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is treated.</param>
    public SqliteRecordStore(string path, SqliteRecordStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _file = new SqliteFile(System.IO.Path.GetFullPath(path), options ?? new SqliteRecordStoreOptions());
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public override string Description => _file.Description;

    /// <summary>How many bytes this process holds of the file, roughly: rows, quick fields and vectors of the collections that were searched.</summary>
    public long CachedBytes => _collections.Values.Sum(static collection => collection.CachedBytes);

    /// <inheritdoc/>
    public override RecordCollection GetCollection(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _collections.GetOrAdd(name, static (name, file) => new SqliteRecordCollection(name, file), _file);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) => _file.ReadAsync(CollectionEntry.List, cancellationToken);

    /// <summary>
    /// Looks whether the file is whole and its tables agree: every record has its fields, every vector its record, and the keyword index exactly the words of the
    /// records. Reads everything; others may go on meanwhile.
    /// </summary>
    /// <returns>What is wrong, a sentence each; nothing when all is well.</returns>
    public Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken) => _file.ReadAsync<IReadOnlyList<string>>(
        connection =>
        {
            List<string> problems = [];
            using (var check = new SqliteStatement(connection, "PRAGMA integrity_check"))
            {
                while (check.Step() && check.Text(0) is var problem && problem != "ok")
                {
                    problems.Add($"The file '{Path}' is damaged: {problem}.");
                }
            }

            if (problems.Count == 0)
            {
                problems.AddRange(CollectionEntry.List(connection).SelectMany(name => new ContentVerifier(connection, CollectionEntry.Get(connection, name, _file)).Run()));
            }

            return problems;
        },
        cancellationToken);

    /// <summary>Writes the file anew, so that nothing is left in it of what was deleted. Others wait with their writes meanwhile; it needs as much free space again.</summary>
    /// <exception cref="MemoryException">The file cannot be written, or another process uses it all the time.</exception>
    public Task CompactAsync(CancellationToken cancellationToken) => _file.CompactAsync(cancellationToken);

    /// <summary>Lets the connection that is idle grow the file to so many pages and no further: a full disk, for tests.</summary>
    internal Task LimitPagesAsync(long pages, CancellationToken cancellationToken) =>
        _file.ReadAsync(connection => SqliteStatement.Number(connection, FormattableString.Invariant($"PRAGMA max_page_count={pages}")), cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file.Dispose();
}
