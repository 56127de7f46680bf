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

    public static List<(double Score, int Row)> Run(SqliteConnection connection, CollectionView view, string text, string? tenant, Bits selected, int count)
    {
        // Records of a tenant that has none are not found; 0 where no tenants share the collection.
        if (count == 0 || (tenant is null ? 0 : Tenants.Find(connection, view.Tables, tenant)) is not { } id)
        {
            return [];
        }

        List<PostingsCursor> words = [];
        using (var terms = new TermReader(connection, view.Tables))
        {
            var records = terms.Find(Term.OfTenant((int)id)).Holders;
            foreach (var word in Bm25.WordsOf(text))
            {
                var (holders, lists) = terms.Find(Term.OfWord((int)id, word));
                if (holders > 0)
                {
                    words.Add(new PostingsCursor(lists, Math.Round(Bm25.Rarity(records, holders) * Scale)));
                }
            }
        }

        var top = new TopRows(count, view.Rows);
        new KeywordSearch([.. words], view, selected, top).Run();
        return [.. top.ToList().Select(static found => (found.Score * Bm25.Step / Scale, found.Row))];
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

        // The words with the least to give first.
        Array.Sort(_most, _words);
        var optional = 0;
        var mostOptional = 0d;
        while (optional < _words.Length && mostOptional + _most[optional] < _top.Least)
        {
            mostOptional += _most[optional++];
        }

        if (optional < _words.Length)
        {
            for (var i = optional; i < _words.Length; i++)
            {
                _words[i].AddTo(start, _sums.AsSpan(0, end - start), _touched);
            }

            Offer(start, optional, mostOptional);
        }

        foreach (var word in _words)
        {
            word.Seek(end);
        }
    }

    private void Offer(int start, int optional, double mostOptional)
    {
        for (var i = 0; i < _touched.Length; i++)
        {
            for (var word = _touched[i]; word != 0; word &= word - 1)
            {
                var slot = (i << 6) + BitOperations.TrailingZeroCount(word);
                var score = _sums[slot];
                _sums[slot] = 0;
                if (score + mostOptional >= _top.Least && _view.LiveRowOf(start + slot) is >= 0 and var row && _selected[row])
                {
                    _top.Offer(Complete(score, start + slot, optional, mostOptional), row);
                }
            }

            _touched[i] = 0;
        }
    }

    private double Complete(double score, int ordinal, int optional, double mostOptional)
    {
        for (var i = optional - 1; i >= 0 && score + mostOptional >= _top.Least; i--)
        {
            mostOptional -= _most[i];
            score += _words[i].Rarity * _words[i].WeightAt(ordinal);
        }

        return score;
    }
}
