using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using KernelHost.Memory.Records;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace KernelHost.Memory.VectorData;

/// <summary>One collection of a <see cref="RecordVectorStore"/>.</summary>
/// <typeparam name="TKey">
/// A <see cref="string"/>, <see cref="Guid"/>, <see cref="long"/>, <see cref="int"/> or <see cref="ulong"/>; <see cref="object"/> for dictionaries.
/// </typeparam>
/// <typeparam name="TRecord">A class with attributes or a definition, or <c>Dictionary&lt;string, object?&gt;</c> with a definition.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "The word of the abstraction for what it is.")]
public sealed partial class RecordVectorCollection<TKey, TRecord> : VectorStoreCollection<TKey, TRecord>, IKeywordHybridSearchable<TRecord>
    where TKey : notnull
    where TRecord : class
{
    private readonly RecordCollection _collection;
    private readonly RecordModel _model;
    private readonly RecordMapper<TRecord> _mapper;
    private readonly VectorStoreCollectionMetadata _metadata;
    private readonly VectorStoreFailures _failures;

    /// <summary>Names a collection of a store; touches nothing yet.</summary>
    /// <param name="store">Keeps the records.</param>
    /// <param name="name">The name of the collection.</param>
    /// <param name="definition">What a record looks like; <see langword="null"/> to read it from the attributes of its type.</param>
    /// <param name="options">How it works; <see langword="null"/> for the defaults. The store is not owned by a collection.</param>
    /// <exception cref="NotSupportedException">The record has a property that cannot be kept; the message names it.</exception>
    [RequiresDynamicCode("Reads the properties of the record type at run time.")]
    [RequiresUnreferencedCode("Reads the properties of the record type at run time.")]
    public RecordVectorCollection(RecordStore store, string name, VectorStoreCollectionDefinition? definition = null, RecordVectorStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentException.ThrowIfNullOrEmpty(name);
        options ??= new RecordVectorStoreOptions();
        var builder = new RecordModelBuilder();
        if (typeof(TRecord) == typeof(Dictionary<string, object?>))
        {
            ArgumentNullException.ThrowIfNull(definition);
            _model = new RecordModel(builder.BuildDynamic(definition, definition.EmbeddingGenerator ?? options.EmbeddingGenerator));
        }
        else
        {
            _model = new RecordModel(builder.Build(typeof(TRecord), typeof(TKey), definition, options.EmbeddingGenerator));
        }

        _collection = store.GetCollection(name);
        _mapper = new RecordMapper<TRecord>(_model);
        _metadata = new VectorStoreCollectionMetadata { VectorStoreSystemName = options.SystemName, VectorStoreName = store.Description, CollectionName = name };
        _failures = new VectorStoreFailures(new VectorStoreMetadata { VectorStoreSystemName = options.SystemName, VectorStoreName = store.Description }, name);
    }

    /// <inheritdoc/>
    public override string Name => _collection.Name;

    /// <inheritdoc/>
    public override async Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) =>
        await _failures.RunAsync("CollectionExists", () => _collection.GetStateAsync(cancellationToken)) is not null;

    /// <inheritdoc/>
    /// <exception cref="VectorStoreException">It exists with another schema, or with vectors of another embedding model; the message names the difference.</exception>
    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => _failures.RunAsync("EnsureCollectionExists", async () =>
    {
        await _collection.EnsureExistsAsync(_model.Schema, _model.Models, cancellationToken);
        var kept = (await _collection.GetStateAsync(cancellationToken))?.Properties;
        foreach (var (property, model) in _model.Models)
        {
            if (kept?.GetValueOrDefault(property) is { } other && other != model)
            {
                throw new MemoryException(
                    $"The collection '{Name}' holds vectors of the embedding model '{other}', not '{model}', and those of two models cannot be compared. Use '{other}', or another collection.",
                    _metadata.VectorStoreName!);
            }
        }
    });

    /// <inheritdoc/>
    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) =>
        _failures.RunAsync("DeleteCollection", () => _collection.DropAsync(cancellationToken));

    /// <inheritdoc/>
    public override async Task<TRecord?> GetAsync(TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return await GetAsync([KeyOf(key)], IncludesVectors(options?.IncludeVectors), cancellationToken) is [var record, ..] ? record : null;
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<TRecord> GetAsync(
        IEnumerable<TKey> keys, RecordRetrievalOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var record in await GetAsync([.. keys.Select(KeyOf)], IncludesVectors(options?.IncludeVectors), cancellationToken))
        {
            yield return record;
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        options ??= new FilteredRecordRetrievalOptions<TRecord>();
        var listing = new RecordListing
        {
            Filter = RecordFilterTranslator.Translate(filter, _model),
            Skip = options.Skip,
            Top = top,
            IncludeVectors = IncludesVectors(options.IncludeVectors),
        };
        var order = RecordOrder.Of(options.OrderBy, _model);
        foreach (var record in await _failures.RunAsync("Get", () => order.ListAsync(_collection, listing, cancellationToken)))
        {
            yield return _mapper.Load(record, listing.IncludeVectors);
        }
    }

    /// <inheritdoc/>
    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return UpsertAsync([record], cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>All records are written, or none.</remarks>
    public override async Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        TRecord[] batch = [.. records];
        if (batch.Length > 0)
        {
            var stored = await _mapper.StoreAsync(batch, cancellationToken);
            await _failures.RunAsync("Upsert", () => _collection.UpsertAsync(stored, cancellationToken));
        }
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return DeleteAsync([key], cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task DeleteAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        object[] stored = [.. keys.Select(KeyOf)];
        if (stored.Length > 0)
        {
            await _failures.RunAsync("Delete", () => _collection.DeleteAsync(stored, cancellationToken));
        }
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(VectorStoreCollectionMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_collection) ? _collection
            : null;
    }

    private async Task<IReadOnlyList<TRecord>> GetAsync(object[] keys, bool includeVectors, CancellationToken cancellationToken) => keys.Length == 0
        ? []
        : [.. (await _failures.RunAsync("Get", () => _collection.GetAsync(keys, includeVectors, cancellationToken))).Select(record => _mapper.Load(record, includeVectors))];

    private object KeyOf(TKey key) => KeyMapping.Store(key, _model.Model.KeyProperty.Type);

    // A property that holds the text of a generated vector has no place for the vector itself.
    private bool IncludesVectors(bool? isAsked) => isAsked is true && _model.Model.EmbeddingGenerationRequired
        ? throw new NotSupportedException(VectorDataStrings.IncludeVectorsNotSupportedWithEmbeddingGeneration)
        : isAsked is true;
}
