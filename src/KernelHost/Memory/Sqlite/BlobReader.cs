using System.Buffers.Binary;

namespace KernelHost.Memory.Sqlite;

/// <summary>Reads what <see cref="BlobWriter"/> wrote.</summary>
/// <remarks>A blob that ends too early or holds what nobody writes is an <see cref="InvalidDataException"/>: the file is damaged.</remarks>
internal ref struct BlobReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position >= _bytes.Length;

    public byte Byte() => (uint)Position < (uint)_bytes.Length ? _bytes[Position++] : throw Damaged();

    public ulong Varint()
    {
        // Most are below 128.
        var first = Byte();
        if (first < 0x80)
        {
            return first;
        }

        var value = first & 0x7Ful;
        for (var shift = 7; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }

    public int Count()
    {
        var value = Varint();
        return value <= int.MaxValue ? (int)value : throw Damaged();
    }

    public long Signed()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public long Fixed64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public string Text() => TextBytes.Decode(Take(Count()));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - Position)
        {
            throw Damaged();
        }

        Position += count;
        return _bytes.Slice(Position - count, count);
    }

    /// <summary>What was read since a position.</summary>
    public readonly ReadOnlySpan<byte> Since(int start) => _bytes[start..Position];

    private static InvalidDataException Damaged() => new("A value ends too early or is not one.");
}
