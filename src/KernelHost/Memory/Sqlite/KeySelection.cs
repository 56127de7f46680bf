using System.Buffers.Binary;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite.Cache;

namespace KernelHost.Memory.Sqlite;

/// <summary>Which rows a filter on the key selects.</summary>
internal static class KeySelection
{
    public static Bits Compare(CompareFilter filter, CollectionView view) => filter.Operator switch
    {
        RecordOperator.Equal => AnyOf(new AnyOfFilter(filter.Field, [filter.Value]), view),
        RecordOperator.NotEqual => AnyOf(new AnyOfFilter(filter.Field, [filter.Value]), view).Not(),
        _ when filter.Value is long bound => Ordered(filter.Operator, bound, view),
        _ => Bits.None(view.RowCount),
    };

    public static Bits AnyOf(AnyOfFilter filter, CollectionView view)
    {
        var wanted = new HashSet<byte[]>(filter.Values.Select(value => KeyBytes.TryEncode(value, view.Codec.Schema.Key)).OfType<byte[]>(), BytesComparer.Instance);
        var lookup = wanted.GetAlternateLookup<ReadOnlySpan<byte>>();
        return wanted.Count == 0 ? Bits.None(view.RowCount) : Where(view, lookup.Contains);
    }

    private static Bits Ordered(RecordOperator @operator, long bound, CollectionView view) => @operator switch
    {
        RecordOperator.Less => Where(view, key => Number(key) < bound),
        RecordOperator.LessOrEqual => Where(view, key => Number(key) <= bound),
        RecordOperator.Greater => Where(view, key => Number(key) > bound),
        _ => Where(view, key => Number(key) >= bound),
    };

    private delegate bool Test(ReadOnlySpan<byte> key);

    private static Bits Where(CollectionView view, Test test)
    {
        var words = new ulong[(view.RowCount + 63) / 64];
        for (var row = 0; row < view.RowCount; row++)
        {
            words[row >> 6] |= test(view.Rows.KeyOf(row)) ? 1UL << row : 0;
        }

        return Bits.Of(words, view.RowCount);
    }

    private static long Number(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadInt64BigEndian(key);

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static BytesComparer Instance { get; } = new();

        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
