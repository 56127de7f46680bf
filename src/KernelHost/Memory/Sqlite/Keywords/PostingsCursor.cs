namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>Walks the postings of one word through all segments, in the order of ordinals, block by block; a block is decoded only when its postings are asked for.</summary>
internal sealed class PostingsCursor
{
    private readonly IReadOnlyList<byte[]> _lists;
    private readonly int[] _ordinals = new int[PostingsBlock.Capacity];
    private int _list;
    private PostingsBlock _block;
    private bool _isDecoded;
    private int _index;
    private int _passed;

    /// <param name="lists">The lists of the segments, none empty.</param>
    /// <param name="rarity">What a step of weight counts.</param>
    public PostingsCursor(IReadOnlyList<byte[]> lists, double rarity)
    {
        _lists = lists;
        Rarity = rarity;
        if (!IsAtEnd)
        {
            _block = PostingsBlock.Read(_lists[0], 0, 0);
        }
    }

    public double Rarity { get; }

    public bool IsAtEnd => _list >= _lists.Count;

    /// <summary>No posting that is left has a lower ordinal.</summary>
    public int Next => _isDecoded ? _ordinals[_index] : Math.Max(_block.First, _passed);

    /// <summary>Passes over postings below an ordinal.</summary>
    public void Seek(int ordinal)
    {
        _passed = ordinal;
        while (!IsAtEnd && _block.Last < ordinal)
        {
            MoveToNextBlock();
        }

        // The block's last posting is not below it.
        while (!IsAtEnd && _isDecoded && _ordinals[_index] < ordinal)
        {
            _index++;
        }
    }

    /// <summary>No posting that is left below <paramref name="end"/> weighs more.</summary>
    public byte MaxBelow(int end)
    {
        var max = (byte)0;
        var (list, block) = (_list, _block);
        while (list < _lists.Count && block.First < end)
        {
            max = Math.Max(max, block.Max);
            if (!MoveNext(ref list, ref block))
            {
                break;
            }
        }

        return max;
    }

    /// <summary>Adds the weights of the postings in a window to its sums, and passes over them.</summary>
    /// <param name="start">The window's first ordinal.</param>
    /// <param name="sums">A sum for each ordinal of the window.</param>
    /// <param name="touched">A bit for each ordinal that got a weight.</param>
    public void AddTo(int start, Span<double> sums, Span<ulong> touched)
    {
        var end = start + sums.Length;
        Seek(start);
        while (!IsAtEnd && _block.First < end)
        {
            Decode();
            Seek(start);
            var weights = _block.Weights(_lists[_list]);
            var i = _index;
            for (; i < weights.Length && _ordinals[i] < end; i++)
            {
                var slot = _ordinals[i] - start;
                sums[slot] += Rarity * weights[i];
                touched[slot >> 6] |= 1UL << slot;
            }

            if (i < weights.Length)
            {
                _index = i;
                return;
            }

            MoveToNextBlock();
        }
    }

    /// <summary>Adds the weights of the postings at some ordinals of a window to their sums.</summary>
    /// <param name="start">The window's first ordinal.</param>
    /// <param name="slots">The distances of the ordinals from it, ascending.</param>
    /// <param name="sums">Their sums.</param>
    public void AddAt(int start, ReadOnlySpan<int> slots, Span<double> sums)
    {
        for (var i = 0; i < slots.Length;)
        {
            Seek(start + slots[i]);
            if (IsAtEnd)
            {
                return;
            }

            if (_block.First <= start + slots[i])
            {
                Decode();
                i = AddBlock(start, slots, sums, i);
            }
            else
            {
                i = PassOver(slots, i, _block.First - start);
            }
        }
    }

    // Adds what the block has for the slots from one on, and returns the first slot behind the block.
    private int AddBlock(int start, ReadOnlySpan<int> slots, Span<double> sums, int i)
    {
        var weights = _block.Weights(_lists[_list]);
        ReadOnlySpan<int> ordinals = _ordinals.AsSpan(0, weights.Length);
        var (at, last) = (_index, _block.Last);
        for (; i < slots.Length && start + slots[i] <= last; i++)
        {
            var ordinal = start + slots[i];

            // The last one of the block is not below it.
            while (ordinals[at] < ordinal)
            {
                at++;
            }

            sums[i] += ordinals[at] == ordinal ? Rarity * weights[at] : 0;
        }

        _index = at;
        return i;
    }

    private static int PassOver(ReadOnlySpan<int> slots, int i, int first)
    {
        while (i < slots.Length && slots[i] < first)
        {
            i++;
        }

        return i;
    }

    private void Decode()
    {
        if (!_isDecoded)
        {
            _block.ReadOrdinals(_lists[_list], _ordinals);
            _isDecoded = true;
            _index = 0;
        }
    }

    private void MoveToNextBlock()
    {
        _isDecoded = false;
        if (!MoveNext(ref _list, ref _block))
        {
            _list = _lists.Count;
        }
    }

    private bool MoveNext(ref int list, ref PostingsBlock block)
    {
        if (block.Next < _lists[list].Length)
        {
            block = PostingsBlock.Read(_lists[list], block.Next, block.Last);
            return true;
        }

        if (++list >= _lists.Count)
        {
            return false;
        }

        block = PostingsBlock.Read(_lists[list], 0, 0);
        return true;
    }
}
