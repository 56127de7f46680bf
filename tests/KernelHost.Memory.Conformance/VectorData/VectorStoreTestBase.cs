using System.Linq.Expressions;
using KernelHost.Memory.Records;
using KernelHost.Memory.VectorData;
using Microsoft.Extensions.VectorData;

namespace KernelHost.Memory.Conformance.VectorData;

/// <summary>What every test of a vector store needs: one over a store with an empty database.</summary>
public abstract class VectorStoreTestBase : IAsyncLifetime
{
    private RecordStore? _records;
    private VectorStore? _store;

    /// <summary>The store below.</summary>
    protected RecordStore Records => _records ?? throw new InvalidOperationException("The test has not begun.");

    /// <summary>The vector store under test.</summary>
    protected VectorStore Store => _store ?? throw new InvalidOperationException("The test has not begun.");

    /// <summary>Cancelled when the test run is.</summary>
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Creates a store with an empty database of its own.</summary>
    protected abstract Task<RecordStore> CreateStoreAsync();

    /// <summary>Wraps a store as its users get it.</summary>
    protected virtual VectorStore CreateVectorStore(RecordStore records, RecordVectorStoreOptions? options = null) => new RecordVectorStore(records, options);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _records = await CreateStoreAsync();
        _store = CreateVectorStore(_records);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _store?.Dispose();
        if (_records is not null)
        {
            await _records.DisposeAsync();
        }
    }

    /// <summary>A new collection with these records.</summary>
    protected async Task<VectorStoreCollection<TKey, TRecord>> CreateAsync<TKey, TRecord>(VectorStoreCollectionDefinition? definition, params IReadOnlyList<TRecord> records)
        where TKey : notnull
        where TRecord : class
    {
        var collection = Store.GetCollection<TKey, TRecord>("records", definition);
        await collection.EnsureCollectionExistsAsync(Cancellation);
        if (records.Count > 0)
        {
            await collection.UpsertAsync(records, Cancellation);
        }

        return collection;
    }

    /// <summary>The records that a filter selects.</summary>
    protected static async Task<IReadOnlyList<TRecord>> ListAsync<TKey, TRecord>(
        VectorStoreCollection<TKey, TRecord> collection, Expression<Func<TRecord, bool>> filter, FilteredRecordRetrievalOptions<TRecord>? options = null)
        where TKey : notnull
        where TRecord : class => await collection.GetAsync(filter, 1000, options, Cancellation).ToListAsync(Cancellation);
}
