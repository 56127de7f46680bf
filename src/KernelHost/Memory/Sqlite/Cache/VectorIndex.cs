using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>The vectors of one name of all rows that have one. Only grows.</summary>
internal abstract class VectorIndex(RecordVector vector)
{
    /// <summary>How many vectors lie side by side: few enough that growing never moves many, enough that nobody sees the seams.</summary>
    protected const int PageLength = 4096;

    private readonly Growing<int> _rows = new();
    private readonly Growing<int> _slots = new();

    public RecordVector Vector { get; } = vector;

    public int Count => _rows.Count;

    public virtual long Bytes => (_rows.Capacity + _slots.Capacity) * 4L;

    public void Add(int row, ReadOnlySpan<byte> blob)
    {
        Add(Count, row, blob);
        _slots.Fill(row);
        _rows.Add(row);
        _slots.Add(_rows.Count);
    }

    /// <summary>Offers the nearest rows of a selection.</summary>
    /// <param name="query">What to be near to.</param>
    /// <param name="selected">The rows to compare.</param>
    /// <param name="isAll">Whether that is most of them, so that it is quicker to compare all.</param>
    /// <param name="top">Takes the rows.</param>
    /// <param name="exact">Reads the vector of a row from the file.</param>
    public abstract void Scan(VectorQuery query, Bits selected, bool isAll, TopRows top, Action<int, float[]> exact);

    protected ReadOnlySpan<int> Rows(int count) => _rows.First(count);

    /// <returns>-1 when the row has no vector.</returns>
    protected int SlotOf(int row) => row < _slots.Count ? _slots[row] - 1 : -1;

    protected abstract void Add(int slot, int row, ReadOnlySpan<byte> blob);
}
