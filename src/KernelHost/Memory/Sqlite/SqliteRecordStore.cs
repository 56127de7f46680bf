using System.Collections.Concurrent;
using KernelHost.Memory.Records;

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

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file.Dispose();
}
