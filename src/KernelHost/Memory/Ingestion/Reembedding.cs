using System.Runtime.CompilerServices;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Ingestion;

/// <summary>
/// Embeds a collection anew with another model: from the text in the collection, so that a document that is gone for the moment keeps its place. Readers of the
/// old model go on until the new content is whole.
/// </summary>
internal sealed class Reembedding(RecordCollection records, MemoryEmbedding embedding, string store)
{
    /// <returns><see langword="false"/>, with nothing changed, when another writer came first.</returns>
    public async Task<bool> RunAsync(CollectionState state, ChunkEmbedding vectors, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        var chunks = new List<Chunk>();
        await foreach (var record in records.ScrollAsync(RecordFilter.Equal(DocumentSchema.Kind, DocumentSchema.ChunkKind), includeVectors: false, cancellationToken))
        {
            chunks.Add(ChunkOf(record));
        }

        await vectors.EmbedAsync(
            chunks, known: null, static _ => { }, (done, all) => progress?.Report(new IngestProgress(0, 0, done, all)), cancellationToken);
        var properties = new Dictionary<string, string>(state.Properties, StringComparer.Ordinal) { [DocumentSchema.ModelProperty] = embedding.Id };
        return await records.TryRebuildAsync(
            new RecordRebuild(state.Version, DocumentSchema.Create(vectors.Dimensions, state.Schema.TenantField is not null), Rebuild(vectors, cancellationToken), properties), cancellationToken);
    }

    private async IAsyncEnumerable<Record> Rebuild(ChunkEmbedding vectors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var record in records.ScrollAsync(RecordFilter.All, includeVectors: false, cancellationToken))
        {
            if (record[DocumentSchema.Kind] is not DocumentSchema.ChunkKind)
            {
                yield return record;
                continue;
            }

            // A chunk that came a moment ago: the rebuild is refused for its version, whatever is put here.
            if (vectors.Vectors.TryGetValue(ChunkOf(record).Hash, out var vector))
            {
                yield return record with { Vectors = new Dictionary<string, ReadOnlyMemory<float>> { [DocumentSchema.Vector] = vector } };
            }
        }
    }

    private Chunk ChunkOf(Record record) => new(
        record[DocumentSchema.Title] as string,
        record[DocumentSchema.Section] as string,
        record[DocumentSchema.Text] as string ?? throw new MemoryException($"The record '{record.Key}' in {store} is a chunk without text. Delete the collection and ingest its documents again.", store));
}
