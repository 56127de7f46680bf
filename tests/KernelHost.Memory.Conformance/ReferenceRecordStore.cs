using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>A store in memory that is as simple as it can be, so that it is plainly right: what others are compared with. Not for use; every search reads everything.</summary>
public sealed class ReferenceRecordStore : RecordStore
{
    private readonly Database _database;
    private bool _isDisposed;

    /// <summary>Creates a store with a database of its own.</summary>
    public ReferenceRecordStore()
        : this(new Database())
    {
    }

    /// <summary>Opens a store on a database, which others may have open too.</summary>
    public ReferenceRecordStore(Database database) => _database = database;

    /// <inheritdoc/>
    public override string Description => "the reference store";

    /// <inheritdoc/>
    public override RecordCollection GetCollection(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new ReferenceRecordCollection(this, name);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var contents = Open(cancellationToken).Contents;
        lock (contents)
        {
            return Task.FromResult<IReadOnlyList<string>>([.. contents.Keys.Order(StringComparer.Ordinal)]);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _isDisposed = true;

    internal Database Open(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _database;
    }

    /// <summary>What several stores can have open at once.</summary>
    public sealed class Database
    {
        // Each content is immutable; a write replaces it under the lock, a reader keeps the one it has.
        internal Dictionary<string, ReferenceContent> Contents { get; } = new(StringComparer.Ordinal);
    }
}
