using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Ingestion;

/// <summary>Collects the vectors of chunks by their hash and has those made that nobody made before.</summary>
internal sealed class ChunkEmbedding(MemoryEmbedding embedding, string store)
{
    private const int LookUpSize = 256;

    private readonly Dictionary<string, ReadOnlyMemory<float>> _vectors = new(StringComparer.Ordinal);

    /// <summary>The vectors by chunk hash.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<float>> Vectors => _vectors;

    /// <summary>How many vectors had to be made.</summary>
    public int Made { get; private set; }

    /// <summary>The length of the vectors; 0 while there are none.</summary>
    public int Dimensions => _vectors.Count == 0 ? 0 : _vectors.Values.First().Length;

    /// <summary>Finds or makes the vector of every chunk.</summary>
    /// <param name="chunks">The chunks.</param>
    /// <param name="known">Where equal chunks with vectors of this model may be; <see langword="null"/> to look nowhere.</param>
    /// <param name="requireDimensions">Told the length of new vectors; refuses those that do not fit.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellationToken">Cancels between batches and in the generator.</param>
    public async Task EmbedAsync(
        IEnumerable<Chunk> chunks, RecordCollection? known, Action<int> requireDimensions, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var missing = await MissingAsync(chunks, known, cancellationToken);
        var done = 0;
        foreach (var batch in missing.Chunk(embedding.BatchSize))
        {
            var (vectors, cached) = await Embedder.EmbedAndCountAsync(embedding, [.. batch.Select(static chunk => chunk.TextToEmbed)], store, cancellationToken);
            requireDimensions(vectors[0].Length);
            if (Dimensions > 0 && Dimensions != vectors[0].Length)
            {
                throw Embedder.Refusal(embedding, "returned vectors of different lengths", store);
            }

            for (var i = 0; i < batch.Length; i++)
            {
                _vectors[batch[i].Hash] = vectors[i];
            }

            Made += batch.Length - cached;
            done += batch.Length;
            progress(done, missing.Count);
        }
    }

    /// <summary>The chunks that have no vector yet, each once.</summary>
    public async Task<IReadOnlyList<Chunk>> MissingAsync(IEnumerable<Chunk> chunks, RecordCollection? known, CancellationToken cancellationToken)
    {
        var wanted = chunks.DistinctBy(static chunk => chunk.Hash).Where(chunk => !_vectors.ContainsKey(chunk.Hash)).ToList();
        foreach (var batch in known is null ? [] : wanted.Chunk(LookUpSize))
        {
            var filter = RecordFilter.And(
                RecordFilter.Equal(DocumentSchema.Kind, DocumentSchema.ChunkKind), RecordFilter.AnyOf(DocumentSchema.Hash, [.. batch.Select(static chunk => chunk.Hash)]));
            await foreach (var record in known!.ScrollAsync(filter, includeVectors: true, cancellationToken))
            {
                if (record.Vectors.TryGetValue(DocumentSchema.Vector, out var vector))
                {
                    _vectors[(string)record[DocumentSchema.Hash]!] = vector;
                }
            }
        }

        return [.. wanted.Where(chunk => !_vectors.ContainsKey(chunk.Hash))];
    }
}
