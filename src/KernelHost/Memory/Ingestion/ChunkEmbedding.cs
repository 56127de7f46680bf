using KernelHost.Memory.Sqlite;
using KernelHost.Memory.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Ingestion;

/// <summary>Collects the vectors of chunks by their hash and has those made that nobody made before.</summary>
internal sealed class ChunkEmbedding(MemoryDatabase database, MemoryEmbedding embedding, TimeProvider timeProvider)
{
    /// <summary>The vectors as they are stored, by chunk hash.</summary>
    public Dictionary<string, byte[]> Vectors { get; } = new(StringComparer.Ordinal);

    /// <summary>How many vectors had to be made.</summary>
    public int Made { get; private set; }

    /// <summary>Finds or makes the vector of every chunk.</summary>
    /// <param name="chunks">Hash and text to embed.</param>
    /// <param name="collection">Where equal chunks with vectors of this model may be; <see langword="null"/> to look nowhere.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellationToken">Cancels between batches and in the generator.</param>
    public async Task EmbedAsync(
        IEnumerable<(string Hash, string Text)> chunks, CollectionRow? collection, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var wanted = chunks.DistinctBy(static chunk => chunk.Hash).ToList();
        if (wanted.TrueForAll(chunk => Vectors.ContainsKey(chunk.Hash)))
        {
            return;
        }

        database.Use(connection => Reuse(connection, wanted, collection));
        var missing = wanted.Where(chunk => !Vectors.ContainsKey(chunk.Hash)).ToList();
        var done = 0;
        foreach (var batch in missing.Chunk(embedding.BatchSize))
        {
            var vectors = await Embedder.EmbedAsync(embedding, [.. batch.Select(static chunk => chunk.Text)], database.Path, cancellationToken);
            collection?.RequireDimensions(vectors[0].Length, database.Path);
            if (Vectors.Count > 0 && Vectors.Values.First().Length != vectors[0].Length * sizeof(float))
            {
                if (done > 0)
                {
                    throw Embedder.Refusal(embedding, "returned vectors of different lengths", database.Path);
                }

                // The remembered ones were made under another setting of the model.
                database.Use(connection => Statement.Run(connection, "DELETE FROM pending_vectors WHERE model = $1", embedding.Id));
                Vectors.Clear();
                await EmbedAsync(wanted, collection, progress, cancellationToken);
                return;
            }

            for (var i = 0; i < batch.Length; i++)
            {
                Vectors[batch[i].Hash] = VectorBlob.Encode(vectors[i]);
            }

            // What a provider was paid for survives a crash before the end; what a hash gives is made again faster than it is stored.
            if (!embedding.IsLexical)
            {
                database.Use(connection => Remember(connection, batch));
            }

            Made += batch.Length;
            done += batch.Length;
            progress(done, missing.Count);
        }
    }

    private int Reuse(SqliteConnection connection, List<(string Hash, string Text)> wanted, CollectionRow? collection)
    {
        using var pending = new Statement(connection, "SELECT vector FROM pending_vectors WHERE model = $1 AND hash = $2");
        using var known = collection is null ? null : new Statement(connection,
            $"SELECT v.vector FROM chunks c JOIN {collection.Vectors} v ON v.chunk_id = c.id WHERE c.collection_id = $1 AND c.hash = $2 LIMIT 1");
        int? length = (collection is { Dimensions: > 0 } ? collection.Dimensions : embedding.Dimensions) * sizeof(float);
        foreach (var (hash, _) in wanted)
        {
            if ((known?.Scalar(collection!.Id, hash) ?? pending.Scalar(embedding.Id, hash)) is byte[] vector
                && (length ??= vector.Length) == vector.Length)
            {
                Vectors[hash] = vector;
            }
        }

        return Vectors.Count;
    }

    private int Remember(SqliteConnection connection, (string Hash, string Text)[] batch)
    {
        using var transaction = connection.BeginTransaction();
        using var insert = new Statement(connection, "INSERT OR IGNORE INTO pending_vectors (model, hash, created, vector) VALUES ($1, $2, $3, $4)");
        foreach (var (hash, _) in batch)
        {
            insert.Run(embedding.Id, hash, timeProvider.GetUtcNow().ToUnixTimeSeconds(), Vectors[hash]);
        }

        transaction.Commit();
        return batch.Length;
    }
}
