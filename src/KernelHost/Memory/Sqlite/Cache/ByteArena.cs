namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>Many small byte strings in few large arrays. Only grows, so that readers need no lock for what was there when they began.</summary>
internal sealed class ByteArena
{
    private const int PageSize = 1 << 18;

    private byte[][] _pages = [];
    private int _page = -1;
    private int _used = PageSize;

    public long Bytes { get; private set; }

    /// <returns>Where it is.</returns>
    public long Add(ReadOnlySpan<byte> value)
    {
        const int Head = sizeof(int);
        if (_used + value.Length + Head > PageSize || _page < 0)
        {
            var size = Math.Max(PageSize, value.Length + Head);
            Volatile.Write(ref _pages, [.. _pages, new byte[size]]);
            Bytes += size;
            (_page, _used) = (_pages.Length - 1, 0);
        }

        var place = ((long)_page << 32) | (uint)_used;
        var target = _pages[_page].AsSpan(_used);
        BitConverter.TryWriteBytes(target, value.Length);
        value.CopyTo(target[Head..]);
        _used += value.Length + Head;
        return place;
    }

    public ReadOnlySpan<byte> this[long place]
    {
        get
        {
            var bytes = Volatile.Read(ref _pages)[place >> 32].AsSpan((int)place);
            return bytes.Slice(sizeof(int), BitConverter.ToInt32(bytes));
        }
    }
}
