using System.Numerics.Tensors;
using KernelHost.Memory.Ranking;
using KernelHost.Memory.Sqlite;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Storage;

/// <summary>All vectors of one generation of a collection, side by side. Immutable, so any number of searches may scan it.</summary>
internal sealed class VectorCache
{
    private readonly long[] _chunkIds;
    private readonly float[] _vectors;
    private readonly int _dimensions;

    private VectorCache(CollectionRow collection, long[] chunkIds, float[] vectors)
    {
        CollectionId = collection.Id;
        Generation = collection.Generation;
        _chunkIds = chunkIds;
        _vectors = vectors;
        _dimensions = collection.Dimensions;
    }

    public long CollectionId { get; }

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

        return new VectorCache(collection, ids, vectors);
    }

    /// <summary>The most similar chunks, best first: those above <paramref name="floor"/>, and those of <paramref name="known"/> above zero.</summary>
    public List<LegHit> Scan(ReadOnlySpan<float> query, float floor, HashSet<long> known, int limit)
    {
        var ids = new long[limit];
        var similarities = new float[limit];
        var count = 0;
        for (var i = 0; i < _chunkIds.Length; i++)
        {
            var similarity = TensorPrimitives.Dot(query, _vectors.AsSpan(i * _dimensions, _dimensions));
            if (similarity <= 0 || (count == limit && similarity <= similarities[limit - 1]) || (similarity < floor && !known.Contains(_chunkIds[i])))
            {
                continue;
            }

            // Few chunks get this far, so moving the worse ones down is cheaper than a heap. Of equals the earlier chunk stays first.
            var place = count < limit ? count++ : limit - 1;
            for (; place > 0 && similarities[place - 1] < similarity; place--)
            {
                (ids[place], similarities[place]) = (ids[place - 1], similarities[place - 1]);
            }

            (ids[place], similarities[place]) = (_chunkIds[i], similarity);
        }

        var found = new List<LegHit>(count);
        for (var i = 0; i < count; i++)
        {
            found.Add(new LegHit(ids[i], similarities[i]));
        }

        return found;
    }
}
