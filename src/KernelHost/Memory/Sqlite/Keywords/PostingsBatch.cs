using System.Buffers;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>The words of the records that one transaction writes and deletes; becomes a segment.</summary>
internal sealed class PostingsBatch : IDisposable
{
    // Sorted at the end, which costs a tenth of looking each word up in a table that no cache holds.
    private Posting[] _postings = ArrayPool<Posting>.Shared.Rent(1024);
    private int _count;

    // What changes in the number of holders beside the postings: records of tenants, and words that are deleted.
    private readonly Dictionary<long, int> _changes = [];

    public bool IsEmpty => _count == 0 && _changes.Count == 0;

    /// <summary>How much was added, roughly, in bytes of the index.</summary>
    public long Size { get; private set; }

    /// <summary>Adds a record; ordinals ascend.</summary>
    public void Add(int tenant, int ordinal, uint[] words, byte[] weights)
    {
        if (words.Length == 0)
        {
            return;
        }

        Change(Term.OfTenant(tenant), 1);
        Reserve(words.Length);
        var postings = _postings.AsSpan(_count, words.Length);
        for (var i = 0; i < postings.Length; i++)
        {
            postings[i] = new Posting(Term.OfWord(tenant, words[i]), ordinal, weights[i]);
        }

        _count += words.Length;
    }

    /// <summary>Takes a deleted record out of the counts.</summary>
    public void Remove(int tenant, uint[] words)
    {
        if (words.Length == 0)
        {
            return;
        }

        Change(Term.OfTenant(tenant), -1);
        foreach (var word in words)
        {
            Change(Term.OfWord(tenant, word), -1);
        }
    }

    public void Write(SqliteConnection connection, ContentTables tables, long segment)
    {
        var postings = _postings.AsSpan(0, _count);
        PostingsSort.ByTerm(postings);
        using var packs = new PackWriter(connection, tables, segment);
        var writer = new TermWriter(packs);
        KeyValuePair<long, int>[] changes = [.. _changes.OrderBy(static change => change.Key)];
        var next = 0;
        for (int start = 0, end; start < postings.Length; start = end)
        {
            var term = postings[start].Term;
            for (; next < changes.Length && changes[next].Key < term; next++)
            {
                writer.Write(changes[next].Key, changes[next].Value, []);
            }

            end = start + 1;
            while (end < postings.Length && postings[end].Term == term)
            {
                end++;
            }

            var change = next < changes.Length && changes[next].Key == term ? changes[next++].Value : 0;
            writer.Write(term, end - start + change, postings[start..end]);
        }

        for (; next < changes.Length; next++)
        {
            writer.Write(changes[next].Key, changes[next].Value, []);
        }

        packs.Flush();
        Size = (postings.Length * 3L) + (writer.Terms * 12L);
    }

    public void Dispose()
    {
        ArrayPool<Posting>.Shared.Return(_postings);
        (_postings, _count) = ([], 0);
    }

    private void Reserve(int count)
    {
        if (_postings.Length - _count < count)
        {
            var postings = ArrayPool<Posting>.Shared.Rent(Math.Max(_postings.Length * 2, _count + count));
            _postings.AsSpan(0, _count).CopyTo(postings);
            ArrayPool<Posting>.Shared.Return(_postings);
            _postings = postings;
        }
    }

    private void Change(long term, int by) => _changes[term] = _changes.GetValueOrDefault(term) + by;

    private sealed class TermWriter(PackWriter packs)
    {
        private readonly BlobWriter _list = new();
        private int[] _ordinals = new int[256];
        private byte[] _weights = new byte[256];

        public int Terms { get; private set; }

        public void Write(long term, int holders, ReadOnlySpan<Posting> postings)
        {
            if (postings.Length == 0 && holders == 0)
            {
                return;
            }

            if (postings.Length > _ordinals.Length)
            {
                (_ordinals, _weights) = (new int[postings.Length * 2], new byte[postings.Length * 2]);
            }

            for (var i = 0; i < postings.Length; i++)
            {
                (_ordinals[i], _weights[i]) = (postings[i].Ordinal, postings[i].Weight);
            }

            _list.Clear();
            PostingsBlock.Write(_list, _ordinals.AsSpan(0, postings.Length), _weights.AsSpan(0, postings.Length));
            packs.Add(term, holders, _list.Written);
            Terms++;
        }
    }
}
