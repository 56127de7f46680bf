using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>Texts or truth values: each row has the number of its value, 0 for none.</summary>
internal sealed class CodeColumn(RecordField field) : Column(field)
{
    private readonly TextPool _pool = new();
    private readonly Growing<int> _codes = new();

    public override long Bytes => _pool.Bytes + (_codes.Capacity * 4L);

    public override void Fill(int count) => _codes.Fill(count);

    public override void Add(ref BlobReader reader)
    {
        var start = reader.Position;
        RecordCodec.SkipOne(ref reader, Field.Type);
        _codes.Add(_pool.Add(reader.Since(start)));
    }

    public override Bits Compare(RecordOperator @operator, object? value, int count)
    {
        var equal = Select(CodeOf(value, new BlobWriter()), count);
        return @operator == RecordOperator.Equal ? equal : equal.Not();
    }

    public override Bits AnyOf(IReadOnlyCollection<object?> values, int count)
    {
        var writer = new BlobWriter();
        int[] codes = [.. values.Select(value => CodeOf(value, writer)).Where(static code => code >= 0).Distinct()];
        return codes switch
        {
            [] => Bits.None(count),
            [var code] => Select(code, count),
            _ => CodeSet.Select(_codes.First(count), codes, _pool.Count),
        };
    }

    private int CodeOf(object? value, BlobWriter writer) => value is null ? 0 : _pool.Find(Canonical(value, writer));

    private Bits Select(int code, int count)
    {
        if (code < 0)
        {
            return Bits.None(count);
        }

        var codes = _codes.First(count);
        var words = new ulong[(count + 63) / 64];
        var row = 0;
        var bytes = MemoryMarshal.AsBytes(words.AsSpan());
        if (BitConverter.IsLittleEndian)
        {
            var wanted = Vector256.Create(code);
            for (; row + 8 <= count; row += 8)
            {
                bytes[row >> 3] = (byte)Vector256.Equals(Vector256.Create(codes.Slice(row, 8)), wanted).ExtractMostSignificantBits();
            }
        }

        for (; row < count; row++)
        {
            words[row >> 6] |= codes[row] == code ? 1UL << row : 0;
        }

        return Bits.Of(words, count);
    }
}
