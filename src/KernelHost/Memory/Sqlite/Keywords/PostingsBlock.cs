using System.Runtime.InteropServices;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>
/// Up to 128 postings, the records that hold one word with its weight in them: first ordinal, distance to the last one, count, greatest weight, then the differences
/// between the ordinals, all as wide as the widest needs (1, 2 or 4 bytes, which decodes faster than numbers of mixed lengths), then the weights, a byte each. What stands
/// in front suffices to pass over the block.
/// </summary>
internal readonly struct PostingsBlock
{
    public const int Capacity = 128;

    public int First { get; private init; }

    public int Last { get; private init; }

    public int Count { get; private init; }

    /// <summary>The greatest weight in it.</summary>
    public byte Max { get; private init; }

    /// <summary>Where the next block begins.</summary>
    public int Next { get; private init; }

    private int Width { get; init; }

    private int Differences { get; init; }

    /// <summary>Writes a list as blocks.</summary>
    public static void Write(BlobWriter writer, ReadOnlySpan<int> ordinals, ReadOnlySpan<byte> weights)
    {
        var previous = 0;
        for (var start = 0; start < ordinals.Length; start += Capacity)
        {
            var count = Math.Min(Capacity, ordinals.Length - start);
            WriteOne(writer, ordinals.Slice(start, count), weights.Slice(start, count), previous);
            previous = ordinals[start + count - 1];
        }
    }

    /// <summary>Reads what stands in front of a block.</summary>
    /// <param name="bytes">The list.</param>
    /// <param name="position">Where the block begins.</param>
    /// <param name="previous">The last ordinal of the block before; 0 when there is none.</param>
    public static PostingsBlock Read(ReadOnlySpan<byte> bytes, int position, int previous)
    {
        var reader = new BlobReader(bytes[position..]);
        var first = previous + reader.Count();
        var last = first + reader.Count();
        var (count, max, width) = (reader.Byte() + 1, reader.Byte(), reader.Byte());
        var differences = position + reader.Position;
        var next = differences + ((count - 1) * width) + count;
        return count <= Capacity && width is 1 or 2 or 4 && first >= previous && last >= first && next <= bytes.Length
            ? new PostingsBlock { First = first, Last = last, Count = count, Max = max, Width = width, Differences = differences, Next = next }
            : throw new InvalidDataException("A block of postings is not one.");
    }

    public void ReadOrdinals(ReadOnlySpan<byte> bytes, Span<int> ordinals)
    {
        var ordinal = First;
        ordinals[0] = ordinal;
        var differences = bytes.Slice(Differences, (Count - 1) * Width);
        switch (Width)
        {
            case 1:
                for (var i = 0; i < differences.Length; i++)
                {
                    ordinals[i + 1] = ordinal += differences[i];
                }

                break;
            case 2:
                var halves = MemoryMarshal.Cast<byte, ushort>(differences);
                for (var i = 0; i < halves.Length; i++)
                {
                    ordinals[i + 1] = ordinal += LittleEndian(halves[i]);
                }

                break;
            default:
                var wholes = MemoryMarshal.Cast<byte, int>(differences);
                for (var i = 0; i < wholes.Length; i++)
                {
                    ordinals[i + 1] = ordinal += LittleEndian(wholes[i]);
                }

                break;
        }
    }

    public ReadOnlySpan<byte> Weights(ReadOnlySpan<byte> bytes) => bytes.Slice(Next - Count, Count);

    private static void WriteOne(BlobWriter writer, ReadOnlySpan<int> ordinals, ReadOnlySpan<byte> weights, int previous)
    {
        var (greatest, max) = (0, (byte)0);
        for (var i = 0; i < ordinals.Length; i++)
        {
            greatest = i == 0 ? 0 : Math.Max(greatest, ordinals[i] - ordinals[i - 1]);
            max = Math.Max(max, weights[i]);
        }

        var width = greatest <= byte.MaxValue ? 1 : greatest <= ushort.MaxValue ? 2 : 4;
        writer.Varint(ordinals[0] - previous);
        writer.Varint(ordinals[^1] - ordinals[0]);
        writer.Byte((byte)(ordinals.Length - 1));
        writer.Byte(max);
        writer.Byte((byte)width);
        var differences = writer.Take((ordinals.Length - 1) * width);
        for (var i = 1; i < ordinals.Length; i++)
        {
            var difference = ordinals[i] - ordinals[i - 1];
            for (var part = 0; part < width; part++)
            {
                differences[((i - 1) * width) + part] = (byte)(difference >> (8 * part));
            }
        }

        writer.Bytes(weights);
    }

    private static ushort LittleEndian(ushort value) => BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);

    private static int LittleEndian(int value) => BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
}
