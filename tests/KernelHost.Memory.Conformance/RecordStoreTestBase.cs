using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>What every test of a store needs: a store with an empty database, thrown away afterwards.</summary>
public abstract class RecordStoreTestBase : IAsyncLifetime
{
    private RecordStore? _store;

    /// <summary>The store under test.</summary>
    protected RecordStore Store => _store ?? throw new InvalidOperationException("The test has not begun.");

    /// <summary>Cancelled when the test run is.</summary>
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>No properties.</summary>
    protected static IReadOnlyDictionary<string, string> NoProperties { get; } = new Dictionary<string, string>();

    /// <summary>Creates a store with an empty database of its own.</summary>
    protected abstract Task<RecordStore> CreateStoreAsync();

    /// <summary>Opens another store on the database of <see cref="Store"/>, as another process would.</summary>
    protected abstract Task<RecordStore> OpenAnotherAsync();

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync() => _store = await CreateStoreAsync();

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    /// <summary>A new collection with these records.</summary>
    protected async Task<RecordCollection> CreateAsync(RecordSchema schema, params IReadOnlyList<Record> records)
    {
        var collection = Store.GetCollection("records");
        await collection.EnsureExistsAsync(schema, NoProperties, Cancellation);
        if (records.Count > 0)
        {
            await collection.UpsertAsync(records, Cancellation);
        }

        return collection;
    }

    /// <summary>The keys of the records that a filter selects, in their order.</summary>
    protected static async Task<IReadOnlyList<object>> KeysAsync(RecordCollection collection, RecordFilter filter) =>
        [.. (await collection.ListAsync(new RecordListing { Filter = filter, Top = int.MaxValue }, Cancellation)).Select(static record => record.Key)];

    /// <summary>A record with fields and vectors.</summary>
    protected static Record Row(object key, params IReadOnlyList<(string Name, object? Value)> values) => new(key)
    {
        Fields = values.Where(static value => value.Value is not float[]).ToDictionary(static value => value.Name, static value => value.Value),
        Vectors = values.Where(static value => value.Value is float[]).ToDictionary(static value => value.Name, static value => new ReadOnlyMemory<float>((float[])value.Value!)),
    };

    /// <summary>Fails unless the call is refused as one that makes no sense, before anything is done.</summary>
    protected static async Task RefusedAsync(Func<Task> call) => Assert.True(
        await Xunit.Record.ExceptionAsync(call) is ArgumentException or MemoryException, "The call was not refused with an ArgumentException or a MemoryException.");
}
