using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>The words of the records that one transaction writes and deletes; becomes a segment.</summary>
internal sealed class PostingsBatch
{
    private readonly Dictionary<long, int> _places = [];
    private readonly List<long> _terms = [];
    private readonly List<int> _holders = [];
    private readonly List<(int Term, int Ordinal, byte Weight)> _postings = [];

    public bool IsEmpty => _terms.Count == 0;

    /// <summary>How much was added, roughly, in bytes of the index.</summary>
    public long Size => (_postings.Count * 3L) + (_terms.Count * 12L);

    /// <summary>Adds a record; ordinals ascend.</summary>
    public void Add(int tenant, int ordinal, uint[] words, byte[] weights)
    {
        if (words.Length == 0)
        {
            return;
        }

        _holders[PlaceOf(Term.OfTenant(tenant))]++;
        for (var i = 0; i < words.Length; i++)
        {
            var place = PlaceOf(Term.OfWord(tenant, words[i]));
            _holders[place]++;
            _postings.Add((place, ordinal, weights[i]));
        }
    }

    /// <summary>Takes a deleted record out of the counts.</summary>
    public void Remove(int tenant, uint[] words)
    {
        if (words.Length == 0)
        {
            return;
        }

        _holders[PlaceOf(Term.OfTenant(tenant))]--;
        foreach (var word in words)
        {
            _holders[PlaceOf(Term.OfWord(tenant, word))]--;
        }
    }

    public void Write(SqliteConnection connection, ContentTables tables, long segment)
    {
        // A counting sort: ordinals ascend already and stay so within a term.
        var ends = new int[_terms.Count + 1];
        foreach (var (term, _, _) in _postings)
        {
            ends[term + 1]++;
        }

        for (var i = 1; i < ends.Length; i++)
        {
            ends[i] += ends[i - 1];
        }

        var starts = ends[..^1];
        var ordinals = new int[_postings.Count];
        var weights = new byte[_postings.Count];
        foreach (var (term, ordinal, weight) in _postings)
        {
            var place = starts[term]++;
            (ordinals[place], weights[place]) = (ordinal, weight);
        }

        long[] terms = [.. _terms];
        int[] order = [.. Enumerable.Range(0, terms.Length)];
        Array.Sort(terms, order);
        using var packs = new PackWriter(connection, tables, segment);
        var list = new BlobWriter();
        foreach (var term in order)
        {
            list.Clear();
            PostingsBlock.Write(list, ordinals.AsSpan(ends[term]..ends[term + 1]), weights.AsSpan(ends[term]..ends[term + 1]));
            if (list.Length > 0 || _holders[term] != 0)
            {
                packs.Add(_terms[term], _holders[term], list.Written);
            }
        }

        packs.Flush();
    }

    private int PlaceOf(long term)
    {
        if (!_places.TryGetValue(term, out var place))
        {
            place = _terms.Count;
            _places.Add(term, place);
            _terms.Add(term);
            _holders.Add(0);
        }

        return place;
    }
}
