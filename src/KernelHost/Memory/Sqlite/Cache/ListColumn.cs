using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>
/// Lists. Many records share few lists (who may read a folder, for one), so that a row has the number of its list, and a filter looks once at each list and not at each row.
/// </summary>
internal sealed class ListColumn(RecordField field) : Column(field)
{
    private readonly TextPool _elements = new();
    private readonly TextPool _pool = new();
    private readonly Growing<int[]> _lists = new();
    private readonly Growing<int> _codes = new();
    private readonly BlobWriter _writer = new();
    private long _listBytes;

    public override long Bytes => _elements.Bytes + _pool.Bytes + _listBytes + (_codes.Capacity * 4L);

    public override void Fill(int count) => _codes.Fill(count);

    public override void Add(ref BlobReader reader)
    {
        var elements = new int[reader.Count()];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = _elements.Add(Canonical(ref reader));
        }

        var code = _pool.Add(MemoryMarshal.AsBytes(elements.AsSpan()));
        if (code > _lists.Count)
        {
            _lists.Add(elements);
            _listBytes += (elements.Length * 4) + 32;
        }

        _codes.Add(code);
    }

    // A list is never compared with anything but null.
    public override Bits Compare(RecordOperator @operator, object? value, int count)
    {
        var none = CodeSet.Select(_codes.First(count), [0], _lists.Count);
        return @operator == RecordOperator.Equal ? none : none.Not();
    }

    public override Bits AnyOf(IReadOnlyCollection<object?> values, int count)
    {
        var writer = new BlobWriter();
        var isWanted = new bool[_elements.Count + 1];
        foreach (var value in values)
        {
            if (value is not null && _elements.Find(Column.Canonical(value, writer)) is > 0 and var element && element < isWanted.Length)
            {
                isWanted[element] = true;
            }
        }

        // A record without a list is one without a value, which null equals.
        var lists = new bool[_lists.Count + 1];
        lists[0] = values.Contains(null);
        var all = _lists.First(lists.Length - 1);
        for (var i = 0; i < all.Length; i++)
        {
            foreach (var element in all[i])
            {
                if (element < isWanted.Length && isWanted[element])
                {
                    lists[i + 1] = true;
                    break;
                }
            }
        }

        return CodeSet.Select(_codes.First(count), lists);
    }

    // 0 and -0 are one number.
    private ReadOnlySpan<byte> Canonical(ref BlobReader reader)
    {
        var start = reader.Position;
        RecordCodec.SkipOne(ref reader, Field.Type);
        var bytes = reader.Since(start);
        return Field.Type == RecordFieldType.Number && BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(bytes)) == 0
            ? Column.Canonical(0d, _writer)
            : bytes;
    }
}
