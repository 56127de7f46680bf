using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>One merge of several segments into another, as far as a share of work goes.</summary>
internal sealed class SegmentMerge : IDisposable
{
    private const long AtEnd = long.MaxValue;

    private readonly PackReader[] _sources;

    // Their terms, in one place: a merge looks at all of them for each term.
    private readonly long[] _terms;
    private readonly PackWriter _target;
    private readonly HashSet<int> _dead;
    private readonly BlobWriter _list = new();
    private readonly int[] _block = new int[PostingsBlock.Capacity];
    private int[] _ordinals = new int[1024];
    private byte[] _weights = new byte[1024];

    /// <param name="connection">In a transaction that writes.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="goal">The segment to merge into.</param>
    /// <param name="sources">The segments to merge, in the order of their ordinals.</param>
    /// <param name="dead">Ordinals whose postings are left out.</param>
    public SegmentMerge(SqliteConnection connection, ContentTables tables, Segment goal, IReadOnlyList<Segment> sources, HashSet<int> dead)
    {
        _sources = [.. sources.Select(segment => new PackReader(connection, tables, segment.Id))];
        _terms = [.. _sources.Select(TermOf)];
        _target = new PackWriter(connection, tables, goal.Id);
        _dead = dead;
    }

    public bool IsDone => _sources.All(static source => source.IsAtEnd);

    /// <summary>Moves terms until so many bytes are moved, or all.</summary>
    /// <returns>How many were.</returns>
    public long Run(long share)
    {
        var moved = 0L;
        while (moved < share && _terms.Min() is < AtEnd and var term)
        {
            moved += Move(term);
        }

        _target.Flush();
        foreach (var source in _sources)
        {
            source.WriteBack();
        }

        return moved;
    }

    public void Dispose()
    {
        _target.Dispose();
        foreach (var source in _sources)
        {
            source.Dispose();
        }
    }

    private long Move(long term)
    {
        const long Bytes = 8;
        var first = Array.IndexOf(_terms, term);
        if (_dead.Count == 0 && Array.IndexOf(_terms, term, first + 1) < 0)
        {
            var list = _sources[first].Postings;
            var length = list.Length;
            _target.Add(term, _sources[first].Holders, list);
            MoveNext(first);
            return Bytes + length;
        }

        var (holders, count, bytes) = (0L, 0, Bytes);
        for (var i = first; i >= 0; i = Array.IndexOf(_terms, term, i + 1))
        {
            holders += _sources[i].Holders;
            bytes += _sources[i].Postings.Length;
            count = Collect(_sources[i].Postings, count);
            MoveNext(i);
        }

        if (count > 0 || holders != 0)
        {
            _list.Clear();
            PostingsBlock.Write(_list, _ordinals.AsSpan(0, count), _weights.AsSpan(0, count));
            _target.Add(term, holders, _list.Written);
        }

        return bytes;
    }

    private void MoveNext(int source)
    {
        _sources[source].MoveNext();
        _terms[source] = TermOf(_sources[source]);
    }

    private static long TermOf(PackReader source) => source.IsAtEnd ? AtEnd : source.Term;

    private int Collect(ReadOnlySpan<byte> list, int count)
    {
        var (position, previous) = (0, 0);
        while (position < list.Length)
        {
            var block = PostingsBlock.Read(list, position, previous);
            block.ReadOrdinals(list, _block);
            var weights = block.Weights(list);
            if (count + weights.Length > _ordinals.Length)
            {
                Array.Resize(ref _ordinals, _ordinals.Length * 2);
                Array.Resize(ref _weights, _weights.Length * 2);
            }

            for (var i = 0; i < weights.Length; i++)
            {
                if (_dead.Count == 0 || !_dead.Contains(_block[i]))
                {
                    (_ordinals[count], _weights[count]) = (_block[i], weights[i]);
                    count++;
                }
            }

            (position, previous) = (block.Next, block.Last);
        }

        return count;
    }
}
