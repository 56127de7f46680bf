using System.Numerics.Tensors;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Storage;

/// <summary>All vectors of one generation of a collection, side by side. Immutable, so any number of searches may scan it.</summary>
internal sealed class VectorCache
{
    private readonly long[] _chunkIds;
    private readonly float[] _vectors;
    private readonly int _dimensions;

    private VectorCache(long generation, long[] chunkIds, float[] vectors, int dimensions)
    {
        Generation = generation;
        _chunkIds = chunkIds;
        _vectors = vectors;
        _dimensions = dimensions;
    }

    public long Generation { get; }

    public static VectorCache Load(SqliteConnection connection, CollectionRow collection, string path)
    {
        var count = checked((int)Statement.Number(connection, $"SELECT count(*) FROM {collection.Vectors}"));
        var ids = new long[count];
        var vectors = new float[checked(count * collection.Dimensions)];
        using var statement = new Statement(connection, $"SELECT chunk_id, vector FROM {collection.Vectors} ORDER BY chunk_id");
        using var reader = statement.Read();
        for (var i = 0; i < count && reader.Read(); i++)
        {
            ids[i] = reader.GetInt64(0);
            var blob = reader.GetFieldValue<byte[]>(1);
            if (blob.Length != collection.Dimensions * sizeof(float))
            {
                throw new MemoryException($"The memory index '{path}' is damaged: a vector of collection '{collection.Name}' has the wrong length. {MemoryFailure.Rebuild(path)}", path);
            }

            VectorBlob.Decode(blob, vectors.AsSpan(i * collection.Dimensions, collection.Dimensions));
        }

        return new VectorCache(collection.Generation, ids, vectors, collection.Dimensions);
    }

    /// <summary>The most similar chunks, best first: those above <paramref name="floor"/>, and those of <paramref name="known"/> above zero.</summary>
    public List<(long ChunkId, double Score)> Scan(ReadOnlySpan<float> query, float floor, HashSet<long> known, int limit)
    {
        // The least similar of the best so far is at the head; of equals the later chunk goes first, so the earlier one stays.
        var best = new PriorityQueue<long, (float Similarity, long Earlier)>(limit + 1);
        for (var i = 0; i < _chunkIds.Length; i++)
        {
            var similarity = TensorPrimitives.Dot(query, _vectors.AsSpan(i * _dimensions, _dimensions));
            if (similarity <= 0 || (similarity < floor && !known.Contains(_chunkIds[i])))
            {
                continue;
            }

            if (best.Count < limit)
            {
                best.Enqueue(_chunkIds[i], (similarity, -_chunkIds[i]));
            }
            else
            {
                best.EnqueueDequeue(_chunkIds[i], (similarity, -_chunkIds[i]));
            }
        }

        var found = new List<(long, double)>(best.Count);
        while (best.TryDequeue(out var chunkId, out var priority))
        {
            found.Add((chunkId, priority.Similarity));
        }

        found.Reverse();
        return found;
    }
}
