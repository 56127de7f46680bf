using System.Globalization;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Ingestion;

/// <summary>A collection as an ingestion finds it.</summary>
internal sealed class DocumentCollection
{
    private readonly RecordCollection _records;
    private readonly MemoryEmbedding _embedding;
    private readonly IngestRequest _request;
    private readonly string _store;

    private DocumentCollection(RecordCollection records, CollectionState? state, IngestRequest request, MemoryEmbedding embedding, string store)
    {
        _records = records;
        State = state;
        _request = request;
        _embedding = embedding;
        _store = store;
    }

    /// <summary>Its state; <see langword="null"/> when it does not exist.</summary>
    public CollectionState? State { get; }

    public bool Exists => State is not null;

    public RecordCollection? IfExists => Exists ? _records : null;

    /// <summary>The collection, where its vectors can be taken over.</summary>
    public RecordCollection? IfComparable => Exists && Dimensions > 0 && Model == _embedding.Id && (_embedding.Dimensions ?? Dimensions) == Dimensions ? _records : null;

    /// <summary>Whether it holds vectors that the present model's cannot be compared with.</summary>
    public bool IsOfAnotherModel { get; private init; }

    /// <summary>Where the documents came from last.</summary>
    public string? Directory => State?.Properties.GetValueOrDefault(DirectoryProperty(_request));

    /// <summary>The length of its vectors; 0 while it has none.</summary>
    public int Dimensions => DimensionsOf(State);

    private string? Model => State?.Properties.GetValueOrDefault(DocumentSchema.ModelProperty);

    /// <exception cref="MemoryException">It holds something else, or its tenants and the request's do not fit.</exception>
    public static async Task<DocumentCollection> OpenAsync(
        RecordStore store, RecordCollection records, IngestRequest request, MemoryEmbedding embedding, CancellationToken cancellationToken)
    {
        var state = await records.GetStateAsync(cancellationToken);
        if (state is not null)
        {
            RequireDocuments(state, request, store.Description);
        }

        var isOther = state is not null && IsOther(state, embedding) && await HasChunksAsync(records, cancellationToken);
        return new DocumentCollection(records, state, request, embedding, store.Description) { IsOfAnotherModel = isOther };
    }

    public static string DirectoryProperty(IngestRequest request) =>
        request.Tenant is null ? DocumentSchema.DirectoryProperty : $"{DocumentSchema.DirectoryProperty}/{request.Tenant}";

    public static int DimensionsOf(CollectionState? state) => state?.Schema.Vectors.FirstOrDefault(static vector => vector.Name == DocumentSchema.Vector)?.Dimensions ?? 0;

    public async Task<Dictionary<string, DocumentState>> ReadStatesAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, DocumentState>(StringComparer.Ordinal);
        if (!Exists)
        {
            return states;
        }

        var filter = RecordFilter.Equal(DocumentSchema.Kind, DocumentSchema.DocumentKind);
        if (_request.Tenant is { } tenant)
        {
            filter = RecordFilter.And(filter, RecordFilter.Equal(DocumentSchema.Tenant, tenant));
        }

        await foreach (var record in _records.ScrollAsync(filter, includeVectors: false, cancellationToken))
        {
            var state = DocumentState.Read(record, _store);
            states[state.Path] = state;
        }

        return states;
    }

    /// <exception cref="MemoryException">The model makes vectors of another length than before.</exception>
    public void RequireDimensions(int dimensions)
    {
        if (IfComparable is not null && Dimensions != dimensions)
        {
            throw new MemoryException(string.Create(CultureInfo.InvariantCulture,
                $"The embedding model '{_embedding.Id}' returned vectors of '{dimensions}' dimensions, but the collection '{_records.Name}' in {_store} holds vectors of '{Dimensions}'. Restore the model's former setting, or give the changed model another id and embed the collection anew."), _store);
        }
    }

    public MemoryException OtherModel() => new(
        $"The collection '{_records.Name}' in {_store} was embedded with the model '{Model}', but the host is configured for '{_embedding.Id}'. "
        + "Vectors of two models cannot be compared: configure the first model again, or embed the collection anew.", _store);

    private static bool IsOther(CollectionState state, MemoryEmbedding embedding) =>
        state.Properties.GetValueOrDefault(DocumentSchema.ModelProperty) != embedding.Id
        || (embedding.Dimensions is { } dimensions && DimensionsOf(state) is > 0 and var present && present != dimensions);

    private static async Task<bool> HasChunksAsync(RecordCollection records, CancellationToken cancellationToken) =>
        await records.CountAsync(RecordFilter.Equal(DocumentSchema.Kind, DocumentSchema.ChunkKind), cancellationToken) > 0;

    private static void RequireDocuments(CollectionState state, IngestRequest request, string store)
    {
        if (!state.Schema.Fields.Any(static field => field.Name == DocumentSchema.State))
        {
            throw new MemoryException($"The collection '{request.Collection}' in {store} holds no documents but records of another kind. Use another name.", store);
        }

        if (state.Schema.TenantField is null != request.Tenant is null)
        {
            throw new MemoryException(
                request.Tenant is null
                    ? $"Tenants share the collection '{request.Collection}' in {store}. Name the tenant whose documents these are, or use another collection."
                    : $"The collection '{request.Collection}' in {store} is not shared by tenants, so it can hold none of the tenant '{request.Tenant}'. Use another collection.", store);
        }
    }
}
