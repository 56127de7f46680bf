using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KernelHost.Memory.Sqlite;

/// <summary>Vectors as they are stored: float32, little-endian, of length one, so that a dot product is the cosine.</summary>
internal static class VectorBlob
{
    /// <summary>The bytes of a vector; its own where the machine has them so.</summary>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<float> vector)
    {
        if (BitConverter.IsLittleEndian)
        {
            return MemoryMarshal.AsBytes(vector);
        }

        var blob = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(blob.AsSpan(i * sizeof(float)), vector[i]);
        }

        return blob;
    }

    public static void Decode(ReadOnlySpan<byte> blob, Span<float> vector)
    {
        if (BitConverter.IsLittleEndian)
        {
            blob.CopyTo(MemoryMarshal.AsBytes(vector));
            return;
        }

        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(blob[(i * sizeof(float))..]);
        }
    }

    /// <exception cref="InvalidDataException">It has another length.</exception>
    public static void DecodeExactly(ReadOnlySpan<byte> blob, Span<float> vector)
    {
        if (blob.Length != vector.Length * sizeof(float))
        {
            throw new InvalidDataException("A vector has the wrong length.");
        }

        Decode(blob, vector);
    }

    /// <summary>A copy of length one; a vector of nothing but zeros stays as it is and is similar to nothing.</summary>
    /// <returns><see langword="null"/> when a component is not a finite number.</returns>
    public static float[]? Normalize(ReadOnlySpan<float> vector)
    {
        // Plain loops: TensorPrimitives would cost the first search ten milliseconds of compilation to save one microsecond.
        var squares = 0d;
        foreach (var component in vector)
        {
            squares += (double)component * component;
        }

        if (!double.IsFinite(squares))
        {
            return null;
        }

        var scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        var unit = new float[vector.Length];
        for (var i = 0; i < unit.Length; i++)
        {
            unit[i] = (float)(vector[i] * scale);
        }

        return unit;
    }
}
