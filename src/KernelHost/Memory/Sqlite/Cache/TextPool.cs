namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>Numbers the distinct values of a field from 1, by their bytes. Only grows.</summary>
internal sealed class TextPool
{
    private readonly ByteArena _arena = new();
    private readonly Growing<long> _values = new();
    private int[] _buckets = new int[64];

    public int Count => _values.Count;

    public long Bytes => _arena.Bytes + (_values.Capacity * 8L) + (_buckets.Length * 4L);

    public int Add(ReadOnlySpan<byte> value)
    {
        lock (_values)
        {
            var bucket = BucketOf(value);
            if (_buckets[bucket] != 0)
            {
                return _buckets[bucket];
            }

            _values.Add(_arena.Add(value));
            _buckets[bucket] = _values.Count;
            if (_values.Count * 2 > _buckets.Length)
            {
                Grow();
            }

            return _values.Count;
        }
    }

    /// <returns>-1 when no record has the value.</returns>
    public int Find(ReadOnlySpan<byte> value)
    {
        lock (_values)
        {
            return _buckets[BucketOf(value)] is var found && found == 0 ? -1 : found;
        }
    }

    // Where the value is, or belongs.
    private int BucketOf(ReadOnlySpan<byte> value)
    {
        var hash = new HashCode();
        hash.AddBytes(value);
        var bucket = hash.ToHashCode() & (_buckets.Length - 1);
        while (_buckets[bucket] != 0 && !_arena[_values[_buckets[bucket] - 1]].SequenceEqual(value))
        {
            bucket = (bucket + 1) & (_buckets.Length - 1);
        }

        return bucket;
    }

    private void Grow()
    {
        _buckets = new int[_buckets.Length * 4];
        for (var i = 0; i < _values.Count; i++)
        {
            _buckets[BucketOf(_arena[_values[i]])] = i + 1;
        }
    }
}
