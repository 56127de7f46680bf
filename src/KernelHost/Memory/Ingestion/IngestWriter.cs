using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Ingestion;

/// <summary>Writes a plan as one change.</summary>
internal sealed class IngestWriter(RecordCollection records, IngestRequest request, string model)
{
    private readonly DocumentLabels _labels = DocumentLabels.Of(request);

    /// <returns><see langword="false"/>, with nothing written, when another writer came first.</returns>
    public async Task<bool> TryWriteAsync(DocumentCollection collection, IngestPlan plan, ChunkEmbedding vectors, CancellationToken cancellationToken)
    {
        var state = collection.State;
        var dimensions = vectors.Dimensions > 0 ? vectors.Dimensions : collection.Dimensions;
        var properties = Properties(state);
        if (state is null)
        {
            await records.EnsureExistsAsync(DocumentSchema.Create(dimensions, request.Tenant is not null), properties, cancellationToken);
            state = await records.GetStateAsync(cancellationToken);
            // Another process may have made it, and filled it, a moment before.
            if (state is not { Version: 0 } || DocumentCollection.DimensionsOf(state) != dimensions)
            {
                return false;
            }
        }

        var upserts = plan.Changed.SelectMany(document => new DocumentRecords(document, _labels).Create(vectors.Vectors)).ToList();
        upserts.AddRange(await TouchAsync(plan, cancellationToken));
        var deletes = Former(plan);
        deletes.ExceptWith(upserts.Select(static record => record.Key));
        if (DocumentCollection.DimensionsOf(state) == dimensions)
        {
            return await records.TryChangeAsync(new RecordChange(state.Version) { Upserts = upserts, Deletes = deletes, Properties = properties }, cancellationToken);
        }

        // It had no vectors until now, or none are left: what remains in it, documents without chunks, moves to the new schema.
        var written = upserts.Select(static record => record.Key).ToHashSet();
        return await records.TryRebuildAsync(
            new RecordRebuild(state.Version, DocumentSchema.Create(dimensions, request.Tenant is not null), Rest(deletes, written, upserts, cancellationToken), properties), cancellationToken);
    }

    private Dictionary<string, string> Properties(CollectionState? state)
    {
        var properties = new Dictionary<string, string>(state?.Properties ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            [DocumentSchema.ModelProperty] = model,
            [DocumentCollection.DirectoryProperty(request)] = Path.GetFullPath(request.Directory),
        };
        return properties;
    }

    private async IAsyncEnumerable<Record> Rest(
        HashSet<object> deletes, HashSet<object> written, List<Record> upserts, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var record in records.ScrollAsync(RecordFilter.All, includeVectors: false, cancellationToken))
        {
            if (!deletes.Contains(record.Key) && !written.Contains(record.Key))
            {
                yield return record;
            }
        }

        foreach (var record in upserts)
        {
            yield return record;
        }
    }

    // The keys of all that the collection holds of documents that are gone or changed.
    private HashSet<object> Former(IngestPlan plan) =>
        plan.Removed.Concat(plan.Changed.Select(static document => document.State).OfType<DocumentState>())
            .SelectMany(state => new DocumentKeys(request.Tenant, state.Path).All(state)).ToHashSet<object>();

    private async Task<IEnumerable<Record>> TouchAsync(IngestPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Touched.Count == 0)
        {
            return [];
        }

        var states = plan.Touched.ToDictionary(touched => (object)new DocumentKeys(request.Tenant, touched.Former.Path).Document, static touched => touched.State);
        var touched = await records.GetAsync(states.Keys, includeVectors: false, cancellationToken);
        return touched.Select(record => record with
        {
            Fields = new Dictionary<string, object?>(record.Fields, StringComparer.Ordinal) { [DocumentSchema.State] = states[record.Key].ToJson() },
        });
    }
}
