namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>The best rows of all that are offered, the greatest score first, equal ones in the order of their keys.</summary>
/// <remarks>
/// Keys lie far apart in memory, and texts of one length have few different scores. So keys are compared only at the end, of those that share the least score that is kept.
/// </remarks>
internal sealed class TopRows(int capacity, RowIndex rows)
{
    // A heap whose root has the least score that is kept, and the other rows with that score.
    private readonly List<(double Score, int Row)> _heap = new(Math.Min(capacity, 1024));
    private readonly List<int> _ties = [];

    public int Capacity => capacity;

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
            Least = _heap.Count == capacity ? _heap[0].Score : Least;
        }
        else if (score > Least)
        {
            _ties.Add(_heap[0].Row);
            _heap[0] = (score, row);
            Down();
            if (_heap[0].Score > Least)
            {
                Least = _heap[0].Score;
                _ties.Clear();
            }
        }
        else
        {
            _ties.Add(row);
        }
    }

    /// <summary>What is kept, best first.</summary>
    public List<(double Score, int Row)> ToList()
    {
        List<(double Score, int Row)> list = [.. _heap];
        if (_ties.Count > 0)
        {
            var better = list.RemoveAll(one => one.Score == Least);
            list.AddRange(FirstByKey([.. _ties, .. _heap.Where(one => one.Score == Least).Select(static one => one.Row)], better).Select(row => (Least, row)));
        }

        list.Sort((left, right) => left.Score != right.Score ? right.Score.CompareTo(left.Score) : rows.CompareKeys(left.Row, right.Row));
        return list;
    }

    private int[] FirstByKey(List<int> ties, int count)
    {
        var first = new PriorityQueue<int, int>(count, Comparer<int>.Create((left, right) => rows.CompareKeys(right, left)));
        foreach (var row in ties)
        {
            if (first.Count < count)
            {
                first.Enqueue(row, row);
            }
            else
            {
                first.EnqueueDequeue(row, row);
            }
        }

        return [.. first.UnorderedItems.Select(static one => one.Element)];
    }

    private void Up(int i)
    {
        while (i > 0 && _heap[i].Score < _heap[(i - 1) / 2].Score)
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
                worst = child < _heap.Count && _heap[child].Score < _heap[worst].Score ? child : worst;
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
