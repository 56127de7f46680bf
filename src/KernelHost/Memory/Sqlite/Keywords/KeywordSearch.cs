using System.Numerics;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite.Cache;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>
/// Finds the records that a query's words weigh most in, exactly. It goes through the ordinals in windows. Where even the greatest weights of a window cannot reach what is
/// among the best already, the window is passed over; words that cannot lift a record there by themselves are only looked up for records that other words found
/// (Turtle and Flood's MaxScore, with the blocks of Ding and Suel's block-max indexes).
/// </summary>
internal sealed class KeywordSearch
{
    private const int WindowLength = 4096;

    // Rarities are whole numbers of 2^-32, so that sums are exact in any order and equal records get equal scores.
    private const double Scale = 1L << 32;

    private readonly double[] _sums = new double[WindowLength];
    private readonly ulong[] _touched = new ulong[WindowLength / 64];

    // What is left of a window after its best words: the slots, ascending, and their sums. One more, for what is written and not kept.
    private readonly int[] _slots = new int[WindowLength + 1];
    private readonly double[] _found = new double[WindowLength + 1];
    private readonly byte[] _window = new byte[WindowLength];
    private readonly PostingsCursor[] _words;
    private readonly double[] _most;
    private readonly CollectionView _view;
    private readonly Bits _selected;
    private readonly TopRows _top;

    private KeywordSearch(PostingsCursor[] words, CollectionView view, Bits selected, TopRows top)
    {
        _words = words;
        _most = new double[words.Length];
        _view = view;
        _selected = selected;
        _top = top;
    }

    public static List<(double Score, int Row)> Run(SqliteConnection connection, CollectionView view, KeywordLeg leg, string? tenant, Bits selected, int count)
    {
        using var terms = new TermReader(connection, view.Tables);
        if (count == 0 || Find(connection, view, tenant, terms) is not { } holder)
        {
            return [];
        }

        List<PostingsCursor> words = [];
        foreach (var word in Bm25.WordsOf(leg.Text, leg.Group))
        {
            var (holders, lists) = terms.Find(Term.OfWord(holder.Id, word));
            if (holders > 0)
            {
                words.Add(new PostingsCursor(lists, Math.Round(Bm25.Rarity(holder.Records, holders) * Scale)));
            }
        }

        var top = new TopRows(count, view.Rows);
        new KeywordSearch([.. words], view, selected, top).Run();
        return [.. top.ToList().Select(static found => (found.Score * Bm25.Step / Scale, found.Row))];
    }

    // Records of a tenant that has none are not found. The id is 0 where no tenants share the collection.
    private static TenantCount? Find(SqliteConnection connection, CollectionView view, string? tenant, TermReader terms)
    {
        if (view.Tenants.TryGetValue(tenant ?? "", out var known))
        {
            return known;
        }

        return (tenant is null ? 0 : Tenants.Find(connection, view.Tables, tenant)) is { } id
            ? view.Tenants.GetOrAdd(tenant ?? "", new TenantCount((int)id, terms.Find(Term.OfTenant((int)id)).Holders))
            : null;
    }

    private void Run()
    {
        while (true)
        {
            var start = int.MaxValue;
            foreach (var word in _words)
            {
                start = word.IsAtEnd ? start : Math.Min(start, word.Next);
            }

            if (start == int.MaxValue)
            {
                return;
            }

            Search(start, (int)Math.Min(int.MaxValue, (long)start + WindowLength));
        }
    }

    private void Search(int start, int end)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _most[i] = _words[i].IsAtEnd ? 0 : _words[i].Rarity * _words[i].MaxBelow(end);
        }

        SortByMost();
        var optional = 0;
        var mostOptional = 0d;
        while (optional < _words.Length && mostOptional + _most[optional] < _top.Least)
        {
            mostOptional += _most[optional++];
        }

        if (optional < _words.Length)
        {
            Offer(Find(start, end - start, optional, _top.Least - mostOptional), start, optional, mostOptional);
        }

        foreach (var word in _words)
        {
            word.Seek(end);
        }
    }

    // The words with the least to give first. There are few, and they are mostly in order from the window before.
    private void SortByMost()
    {
        for (var i = 1; i < _words.Length; i++)
        {
            var (most, word) = (_most[i], _words[i]);
            var place = i;
            for (; place > 0 && _most[place - 1] > most; place--)
            {
                (_most[place], _words[place]) = (_most[place - 1], _words[place - 1]);
            }

            (_most[place], _words[place]) = (most, word);
        }
    }

    // What the words from one on find, as far as it reaches a sum.
    private int Find(int start, int length, int from, double least)
    {
        if (from == _words.Length - 1)
        {
            return _words[from].List(start, length, least, _slots, _found);
        }

        for (var i = from; i < _words.Length; i++)
        {
            _words[i].AddTo(start, _sums.AsSpan(0, length), _touched);
        }

        return TakeTouched(least);
    }

    // Whether a row is there and selected is asked last: most that a window finds fall short, and the question costs more than a sum.
    private void Offer(int count, int start, int optional, double mostOptional)
    {
        for (var i = optional - 1; i >= 0 && count > 0; i--)
        {
            mostOptional -= _most[i];
            _words[i].AddAt(start, _slots.AsSpan(0, count), _found, _window);
            count = Keep(count, _top.Least - mostOptional);
        }

        for (var i = 0; i < count; i++)
        {
            if (_found[i] >= _top.Least && _view.LiveRowOf(start + _slots[i]) is >= 0 and var row && _selected[row])
            {
                _top.Offer(_found[i], row);
            }
        }
    }

    // Takes what reaches a sum out of the window, and clears the window.
    private int TakeTouched(double least)
    {
        var count = 0;
        for (var i = 0; i < _touched.Length; i++)
        {
            for (var word = _touched[i]; word != 0; word &= word - 1)
            {
                var slot = (i << 6) + BitOperations.TrailingZeroCount(word);
                var sum = _sums[slot];
                _sums[slot] = 0;
                (_slots[count], _found[count]) = (slot, sum);
                count += sum >= least ? 1 : 0;
            }

            _touched[i] = 0;
        }

        return count;
    }

    private int Keep(int count, double least)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            (_slots[kept], _found[kept]) = (_slots[i], _found[i]);
            kept += _found[i] >= least ? 1 : 0;
        }

        return kept;
    }
}
