namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>An array that grows at its end. What is in it never changes, so that readers may read what was there when they began while one writer adds.</summary>
internal sealed class Growing<T>
{
    private T[] _items = [];

    public int Count { get; private set; }

    public int Capacity => _items.Length;

    public T this[int index] => _items[index];

    public ReadOnlySpan<T> First(int count) => Volatile.Read(ref _items).AsSpan(0, count);

    public void Add(T item)
    {
        Reserve(Count + 1);
        _items[Count++] = item;
    }

    public void SetLast(T item) => _items[Count - 1] = item;

    /// <summary>Adds default values until there are so many.</summary>
    public void Fill(int count)
    {
        Reserve(count);
        Count = Math.Max(Count, count);
    }

    private void Reserve(int count)
    {
        if (count > _items.Length)
        {
            var items = new T[Math.Max(count, Math.Max(16, _items.Length + (_items.Length / 2)))];
            _items.AsSpan(0, Count).CopyTo(items);
            Volatile.Write(ref _items, items);
        }
    }
}
