namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>The best rows of all that are offered, the greatest score first, equal ones in the order of their keys.</summary>
internal sealed class TopRows(int capacity, RowIndex rows)
{
    // A heap whose root is the worst that is kept.
    private readonly List<(double Score, int Row)> _heap = new(Math.Min(capacity, 1024));

    /// <summary>A lower score is not kept any more. An equal one may be, for its key.</summary>
    public double Least { get; private set; } = capacity == 0 ? double.PositiveInfinity : double.NegativeInfinity;

    public void Offer(double score, int row)
    {
        if (score < Least || capacity == 0)
        {
            return;
        }

        if (_heap.Count < capacity)
        {
            _heap.Add((score, row));
            Up(_heap.Count - 1);
        }
        else if (IsBetter((score, row), _heap[0]))
        {
            _heap[0] = (score, row);
            Down();
        }

        if (_heap.Count == capacity)
        {
            Least = _heap[0].Score;
        }
    }

    /// <summary>What is kept, best first.</summary>
    public List<(double Score, int Row)> ToList()
    {
        List<(double Score, int Row)> list = [.. _heap];
        list.Sort((left, right) => IsBetter(left, right) ? -1 : IsBetter(right, left) ? 1 : 0);
        return list;
    }

    private bool IsBetter((double Score, int Row) left, (double Score, int Row) right) =>
        left.Score > right.Score || (left.Score == right.Score && rows.CompareKeys(left.Row, right.Row) < 0);

    private void Up(int i)
    {
        while (i > 0 && IsBetter(_heap[(i - 1) / 2], _heap[i]))
        {
            (_heap[i], _heap[(i - 1) / 2]) = (_heap[(i - 1) / 2], _heap[i]);
            i = (i - 1) / 2;
        }
    }

    private void Down()
    {
        for (var i = 0; ;)
        {
            var worst = i;
            for (var child = (2 * i) + 1; child <= (2 * i) + 2; child++)
            {
                worst = child < _heap.Count && IsBetter(_heap[worst], _heap[child]) ? child : worst;
            }

            if (worst == i)
            {
                return;
            }

            (_heap[i], _heap[worst]) = (_heap[worst], _heap[i]);
            i = worst;
        }
    }
}
