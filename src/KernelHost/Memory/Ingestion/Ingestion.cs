using KernelHost.Memory.Documents;
using KernelHost.Memory.Ingestion.Formats;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Ingestion;

/// <summary>
/// Brings a collection up to date with its directory: compare, embed what is new, then make one change that readers see whole. Where another writer came
/// first, it starts over and finds less to do.
/// </summary>
internal sealed class Ingestion(RecordStore store, MemoryEmbedding embedding, TimeProvider timeProvider, DocumentFormats formats)
{
    // Each further attempt means that another process has just finished the same work, so the next finds less to do.
    private const int MostAttempts = 8;

    public async Task<IngestReport> RunAsync(IngestRequest request, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        var records = store.GetCollection(request.Collection);
        var vectors = new ChunkEmbedding(embedding, store.Description);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var collection = await DocumentCollection.OpenAsync(store, records, request, embedding, cancellationToken);
            if (collection.IsOfAnotherModel && !request.IsDryRun)
            {
                if (!request.Reembed)
                {
                    throw collection.OtherModel();
                }

                await new Reembedding(records, embedding, store.Description).RunAsync(collection.State!, vectors, progress, cancellationToken);
                continue;
            }

            var states = await collection.ReadStatesAsync(cancellationToken);
            var planner = new IngestPlanner(request, formats, timeProvider, progress);
            var plan = await planner.PlanAsync(states, new DuplicateSearch(collection.IfExists, request.Tenant), cancellationToken);
            RequireSameDirectory(request, collection, plan);
            if (request.IsDryRun)
            {
                return plan.ToReport((await vectors.MissingAsync(plan.Chunks, collection.IfComparable, cancellationToken)).Count);
            }

            if (collection.Exists && !plan.ChangesContent && plan.Touched.Count == 0)
            {
                return plan.ToReport(vectors.Made);
            }

            var total = plan.Changed.Count + plan.Kept.Count;
            await vectors.EmbedAsync(
                plan.Chunks, collection.IfComparable, collection.RequireDimensions, (done, all) => progress?.Report(new IngestProgress(total, total, done, all)), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (await new IngestWriter(records, request, embedding.Id).TryWriteAsync(collection, plan, vectors, cancellationToken))
            {
                return plan.ToReport(vectors.Made);
            }
        }

        throw Contended(request.Collection);
    }

    public async Task<int> ReembedAsync(string collection, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        var records = store.GetCollection(collection);
        var vectors = new ChunkEmbedding(embedding, store.Description);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await records.GetStateAsync(cancellationToken) is not { } state || !state.Properties.TryGetValue(DocumentSchema.ModelProperty, out var model))
            {
                throw new MemoryException($"There is no collection of documents '{collection}' in {store.Description}. List them with 'kernelhost memory stats'.", store.Description);
            }

            if (model == embedding.Id)
            {
                return vectors.Made;
            }

            await new Reembedding(records, embedding, store.Description).RunAsync(state, vectors, progress, cancellationToken);
        }

        throw Contended(collection);
    }

    private MemoryException Contended(string collection) => new(
        $"The collection '{collection}' in {store.Description} was changed by other processes again and again meanwhile. Let only one of them write at a time.", store.Description);

    private void RequireSameDirectory(IngestRequest request, DocumentCollection collection, IngestPlan plan)
    {
        if (!request.MayReplace && plan.Files == 0)
        {
            throw new MemoryException(
                $"No file below '{Path.GetFullPath(request.Directory)}' matches {string.Join(", ", request.Patterns.Select(static pattern => $"'{pattern}'"))}, so that there is nothing to ingest"
                + (plan.Removed.Count > 0 ? " and the collection would be emptied. Correct the pattern, or let the former documents go (kernelhost ingest --replace)." : ". Correct the pattern."), store.Description);
        }

        if (!request.MayReplace && plan.Removed.Count > 0 && collection.Directory is { } directory && directory != Path.GetFullPath(request.Directory))
        {
            throw new MemoryException(
                $"The collection '{request.Collection}' holds the documents of '{directory}', of which {plan.Removed.Count} would be gone after an ingestion of '{Path.GetFullPath(request.Directory)}'. "
                + "Name both places in one ingestion, use another collection, or let the new documents replace the old ones (kernelhost ingest --replace).", store.Description);
        }
    }
}
