namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>Walks the postings of one word through all segments, in the order of ordinals, block by block; a block is decoded only when its postings are asked for.</summary>
internal sealed partial class PostingsCursor
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _lists;
    private readonly int[] _ordinals = new int[PostingsBlock.Capacity];
    private int _list;
    private PostingsBlock _block;
    private bool _isDecoded;
    private int _index;
    private int _passed;

    /// <param name="lists">The lists of the segments, none empty.</param>
    /// <param name="rarity">What a step of weight counts.</param>
    public PostingsCursor(IReadOnlyList<ReadOnlyMemory<byte>> lists, double rarity)
    {
        _lists = lists;
        Rarity = rarity;
        if (!IsAtEnd)
        {
            _block = PostingsBlock.Read(_lists[0].Span, 0, 0);
        }
    }

    public double Rarity { get; }

    public bool IsAtEnd => _list >= _lists.Count;

    /// <summary>No posting that is left has a lower ordinal.</summary>
    public int Next => _isDecoded ? _ordinals[_index] : Math.Max(_block.First, _passed);

    /// <summary>Passes over postings below an ordinal.</summary>
    public void Seek(int ordinal)
    {
        SeekBlock(ordinal);

        // The block's last posting is not below it.
        while (!IsAtEnd && _isDecoded && _ordinals[_index] < ordinal)
        {
            _index++;
        }
    }

    /// <summary>Passes over postings below an ordinal and tells the next one.</summary>
    public bool TryNext(int from, out int ordinal)
    {
        SeekBlock(from);
        if (IsAtEnd)
        {
            ordinal = 0;
            return false;
        }

        Decode();
        Seek(from);
        ordinal = _ordinals[_index];
        return true;
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

    private void SeekBlock(int ordinal)
    {
        _passed = ordinal;
        while (!IsAtEnd && _block.Last < ordinal)
        {
            MoveToNextBlock();
        }
    }

    private void Decode()
    {
        if (!_isDecoded)
        {
            _block.ReadOrdinals(_lists[_list].Span, _ordinals);
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
            block = PostingsBlock.Read(_lists[list].Span, block.Next, block.Last);
            return true;
        }

        if (++list >= _lists.Count)
        {
            return false;
        }

        block = PostingsBlock.Read(_lists[list].Span, 0, 0);
        return true;
    }
}
