using System.Runtime.InteropServices;
using Google.Protobuf;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Points;

/// <summary>Makes points of records.</summary>
internal sealed class PointWriter(RecordSchema schema)
{
    private readonly Dictionary<string, string> _names = schema.Fields.Select(static field => field.Name)
        .Concat(schema.Vectors.Select(static vector => vector.Name)).Distinct(StringComparer.Ordinal).ToDictionary(static name => name, SafeNames.Of, StringComparer.Ordinal);

    /// <summary>The point of a record that fits the schema.</summary>
    /// <param name="record">The record; its vectors must not change until the point is sent.</param>
    /// <param name="id">Where it is written.</param>
    /// <param name="generation">From which generation on it is visible.</param>
    public PointStruct Write(Record record, PointId id, long generation)
    {
        var point = new PointStruct { Id = id, Vectors = new Vectors { Vectors_ = new NamedVectors() } };
        WritePayload(record, point, generation);
        foreach (var (name, vector) in record.Vectors)
        {
            point.Vectors.Vectors_.Vectors.Add(_names[name], new Vector { Dense = new DenseVector { Data = Pack(vector) } });
        }

        var (words, weights) = Bm25.WordsOf(schema, record);
        if (words.Length > 0)
        {
            point.Vectors.Vectors_.Vectors.Add(SafeNames.Words, new Vector { Sparse = WriteWords(words, weights) });
        }

        return point;
    }

    /// <summary>About how many bytes the point takes on the wire: cheaper than to measure it, and enough to cut batches by.</summary>
    public static int Estimate(Record record, PointStruct point)
    {
        var size = 64 + (point.Payload.Count * 16);
        foreach (var vector in record.Vectors.Values)
        {
            size += 16 + (vector.Length * sizeof(float));
        }

        if (point.Vectors.Vectors_.Vectors.TryGetValue(SafeNames.Words, out var words))
        {
            size += words.Sparse.Indices.Count * (sizeof(float) + 5);
        }

        foreach (var value in record.Fields.Values)
        {
            size += value switch { string text => text.Length * 2, IReadOnlyList<object?> list => list.Sum(static one => one is string text ? (text.Length * 2) + 4 : 16), _ => 16 };
        }

        return size;
    }

    /// <summary>A vector as packed floats: on a little-endian machine these are the very bytes of its memory, which is not copied.</summary>
    public static ByteString Pack(ReadOnlyMemory<float> vector)
    {
        if (BitConverter.IsLittleEndian && MemoryMarshal.TryGetArray(vector, out _))
        {
            return UnsafeByteOperations.UnsafeWrap(new FloatBytes(vector).Memory);
        }

        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector.Span[i]);
        }

        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private void WritePayload(Record record, PointStruct point, long generation)
    {
        var facts = new List<string>();
        point.Payload.Add(SafeNames.Key, PointKeys.Write(record.Key));
        PayloadValues.AddHalves(point.Payload, SafeNames.Key, record.Key);
        if (generation > 0)
        {
            point.Payload.Add(SafeNames.From, new Value { IntegerValue = generation });
        }

        foreach (var (name, value) in record.Fields)
        {
            if (value is not null)
            {
                PayloadValues.Add(point.Payload, facts, _names[name], value);
            }
        }

        if (facts.Count > 0)
        {
            var list = new ListValue();
            list.Values.AddRange(facts.Select(static fact => new Value { StringValue = fact }));
            point.Payload.Add(SafeNames.Facts, new Value { ListValue = list });
        }
    }

    private static SparseVector WriteWords(uint[] words, byte[] weights)
    {
        var sparse = new SparseVector();
        sparse.Indices.AddRange(words);
        sparse.Values.Capacity = weights.Length;
        foreach (var weight in weights)
        {
            sparse.Values.Add(weight * Bm25.Step);
        }

        return sparse;
    }
}
