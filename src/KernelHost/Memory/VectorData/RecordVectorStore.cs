using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using KernelHost.Memory.Records;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace KernelHost.Memory.VectorData;

/// <summary>Any <see cref="RecordStore"/> as a vector store of <c>Microsoft.Extensions.VectorData</c>, for code that is written against that.</summary>
/// <remarks>
/// What the abstraction has no word for (counting, deleting by filter, searching by words alone, explaining a search) is reached by
/// <see cref="GetService"/> with <see cref="RecordStore"/>, and on a collection with <see cref="RecordCollection"/>. Safe for concurrent calls.
/// </remarks>
public class RecordVectorStore : VectorStore
{
    private readonly RecordStore _store;
    private readonly RecordVectorStoreOptions _options;
    private readonly VectorStoreMetadata _metadata;

    /// <summary>Creates a vector store over a store.</summary>
    /// <param name="store">Keeps the records.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults.</param>
    public RecordVectorStore(RecordStore store, RecordVectorStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _options = options ?? new RecordVectorStoreOptions();
        _metadata = new VectorStoreMetadata { VectorStoreSystemName = _options.SystemName, VectorStoreName = store.Description };
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The record has a property that cannot be kept; the message names it.</exception>
    [RequiresDynamicCode("Reads the properties of the record type at run time.")]
    [RequiresUnreferencedCode("Reads the properties of the record type at run time.")]
    public override VectorStoreCollection<TKey, TRecord> GetCollection<TKey, TRecord>(string name, VectorStoreCollectionDefinition? definition = null)
    {
        if (typeof(TRecord) == typeof(Dictionary<string, object?>))
        {
            throw new ArgumentException(VectorDataStrings.GetCollectionWithDictionaryNotSupported, nameof(definition));
        }

        return new RecordVectorCollection<TKey, TRecord>(_store, name, definition, _options);
    }

    /// <inheritdoc/>
    public override VectorStoreCollection<object, Dictionary<string, object?>> GetDynamicCollection(string name, VectorStoreCollectionDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new RecordVectorCollection<object, Dictionary<string, object?>>(_store, name, definition, _options);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<string> ListCollectionNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var name in await new VectorStoreFailures(_metadata, collection: null).RunAsync("ListCollectionNames", () => _store.ListAsync(cancellationToken)))
        {
            yield return name;
        }
    }

    /// <inheritdoc/>
    public override async Task<bool> CollectionExistsAsync(string name, CancellationToken cancellationToken = default) =>
        await new VectorStoreFailures(_metadata, name).RunAsync("CollectionExists", () => _store.GetCollection(name).GetStateAsync(cancellationToken)) is not null;

    /// <inheritdoc/>
    public override Task EnsureCollectionDeletedAsync(string name, CancellationToken cancellationToken = default) =>
        new VectorStoreFailures(_metadata, name).RunAsync("DeleteCollection", () => _store.GetCollection(name).DropAsync(cancellationToken));

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(VectorStoreMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_store) ? _store
            : null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _options.OwnsStore)
        {
            _store.Dispose();
        }

        base.Dispose(disposing);
    }
}
