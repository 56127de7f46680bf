using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>Vectors as they are.</summary>
internal sealed class FloatVectors(RecordVector vector) : VectorIndex(vector)
{
    private readonly Growing<float[]> _pages = new();

    public override long Bytes => base.Bytes + ((long)_pages.Count * PageLength * Vector.Dimensions * sizeof(float));

    public override void Scan(VectorQuery query, Bits selected, bool isAll, TopRows top, Action<int, float[]> exact)
    {
        if (!isAll)
        {
            foreach (var row in selected.Rows())
            {
                if (SlotOf(row) is >= 0 and var slot)
                {
                    top.Offer(query.Nearness(At(slot)), row);
                }
            }

            return;
        }

        var rows = Rows(Count);
        var dimensions = Vector.Dimensions;
        Span<double> nearness = stackalloc double[PageLength];
        for (var start = 0; start < rows.Length; start += PageLength)
        {
            var count = Math.Min(PageLength, rows.Length - start);
            query.Nearness(_pages[start / PageLength].AsSpan(0, count * dimensions), nearness[..count]);
            for (var i = 0; i < count; i++)
            {
                // Most rows are not near enough to ask whether they are selected.
                if (nearness[i] >= top.Least && rows[start + i] is var row && row < selected.Length && selected[row])
                {
                    top.Offer(nearness[i], row);
                }
            }
        }
    }

    protected override void Add(int slot, int row, ReadOnlySpan<byte> blob)
    {
        if (slot % PageLength == 0)
        {
            _pages.Add(new float[PageLength * Vector.Dimensions]);
        }

        VectorBlob.DecodeExactly(blob, _pages[slot / PageLength].AsSpan(slot % PageLength * Vector.Dimensions, Vector.Dimensions));
    }

    private ReadOnlySpan<float> At(int slot) => _pages[slot / PageLength].AsSpan(slot % PageLength * Vector.Dimensions, Vector.Dimensions);
}
