using System.Numerics;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>The records of a content as rows from 0, in the order of their ordinals: which ordinal is which row, the keys, and the quick fields. Only grows.</summary>
internal sealed class RowIndex
{
    private readonly Growing<int> _ordinals = new();
    private readonly Growing<long> _rows = new();
    private readonly ByteArena _arena = new();
    private readonly BlobWriter _row = new();

    // Of each 64 ordinals: how many there are before them, and which exist. Bits of later ordinals may come while others read.
    private readonly Growing<int> _before = new();
    private readonly Growing<ulong> _exists = new();

    public int Count => _ordinals.Count;

    public int LastOrdinal => Count == 0 ? -1 : _ordinals[Count - 1];

    public long Bytes => _arena.Bytes + (_ordinals.Capacity * 12L) + (_exists.Capacity * 12L);

    public int OrdinalOf(int row) => _ordinals[row];

    public ReadOnlySpan<byte> KeyOf(int row) => Read(row, out _);

    /// <summary>The quick fields, as the codec wrote them.</summary>
    public ReadOnlySpan<byte> QuickOf(int row)
    {
        Read(row, out var quick);
        return quick;
    }

    public int CompareKeys(int left, int right) => left == right ? 0 : KeyOf(left).SequenceCompareTo(KeyOf(right));

    /// <returns>-1 when there is no such row.</returns>
    public int RowOf(int ordinal)
    {
        var word = ordinal >> 6;
        if (word >= _exists.Count)
        {
            return -1;
        }

        var (exists, bit) = (_exists[word], 1UL << ordinal);
        return (exists & bit) == 0 ? -1 : _before[word] + BitOperations.PopCount(exists & (bit - 1));
    }

    /// <summary>Adds a row with an ordinal above all others.</summary>
    public void Add(int ordinal, ReadOnlySpan<byte> key, ReadOnlySpan<byte> quick)
    {
        var word = ordinal >> 6;
        while (_exists.Count <= word)
        {
            _before.Add(Count);
            _exists.Add(0);
        }

        _exists.SetLast(_exists[word] | (1UL << ordinal));
        _row.Clear();
        _row.Varint(key.Length);
        _row.Bytes(key);
        _row.Bytes(quick);
        _rows.Add(_arena.Add(_row.Written));
        _ordinals.Add(ordinal);
    }

    private ReadOnlySpan<byte> Read(int row, out ReadOnlySpan<byte> quick)
    {
        var bytes = _arena[_rows[row]];
        var reader = new BlobReader(bytes);
        var key = reader.Take(reader.Count());
        quick = bytes[reader.Position..];
        return key;
    }
}
