using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Points;

/// <summary>Makes records of points.</summary>
internal sealed class PointReader(RecordSchema schema)
{
    private readonly Dictionary<string, RecordField> _fields = schema.Fields.ToDictionary(static field => SafeNames.Of(field.Name), StringComparer.Ordinal);

    /// <summary>The record of a point that came with its payload.</summary>
    public Record Read(MapField<string, Value> payload, VectorsOutput? vectors)
    {
        var fields = new Dictionary<string, object?>(payload.Count, StringComparer.Ordinal);
        foreach (var (name, value) in payload)
        {
            if (_fields.TryGetValue(name, out var field))
            {
                fields[field.Name] = PayloadValues.Read(value, field);
            }
        }

        var record = new Record(KeyOf(payload)) { Fields = fields };
        return vectors?.Vectors is { } named ? record with { Vectors = Read(named) } : record;
    }

    /// <summary>The key of a point that came with it.</summary>
    public object KeyOf(MapField<string, Value> payload) => PointKeys.Read(payload[SafeNames.Key], schema.Key);

    private static Dictionary<string, ReadOnlyMemory<float>> Read(NamedVectorsOutput named)
    {
        var vectors = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
        foreach (var (name, vector) in named.Vectors)
        {
            if (SafeNames.Read(name) is { } original)
            {
                // Servers before 1.17 fill the older, flat form as well; some proxies in between fill it alone.
                vectors[original] = Unpack(vector.Dense?.Data ?? vector.Data);
            }
        }

        return vectors;
    }

    private static float[] Unpack(ByteString bytes)
    {
        var floats = new float[bytes.Length / sizeof(float)];
        if (BitConverter.IsLittleEndian)
        {
            bytes.Span.CopyTo(MemoryMarshal.AsBytes(floats.AsSpan()));
            return floats;
        }

        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.Span[(i * sizeof(float))..]);
        }

        return floats;
    }
}
