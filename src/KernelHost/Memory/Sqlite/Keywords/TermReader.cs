using System.Buffers;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>Finds what the segments know of a term. The lists that it returns are its own until it is disposed.</summary>
internal sealed class TermReader : IDisposable
{
    private readonly SqliteStatement _find;
    private readonly List<byte[]> _kept = [];
    private readonly List<(Segment Segment, List<Segment> Sources)> _segments = [];

    public TermReader(SqliteConnection connection, ContentTables tables)
    {
        var segments = Segment.List(connection, tables).ToLookup(static segment => segment.Goal);
        foreach (var segment in segments[null])
        {
            _segments.Add((segment, [.. segments[segment.Id]]));
        }

        // A row that is longer than a page has one entry: that of its own term. For another term it need not be read.
        _find = new SqliteStatement(connection,
            $"SELECT term, CASE WHEN term = ?2 OR length(entries) <= {PackWriter.Longest} THEN entries END FROM {tables.Packs} WHERE segment = ?1 AND term <= ?2 ORDER BY term DESC LIMIT 1");
    }

    /// <summary>How many records hold the term, and the lists of postings in the order of ordinals.</summary>
    public (long Holders, List<ReadOnlyMemory<byte>> Lists) Find(long term)
    {
        var holders = 0L;
        List<ReadOnlyMemory<byte>> lists = [];
        foreach (var (segment, sources) in _segments)
        {
            // A merge moves one term after another: what stands in the new segment up to here is in the old ones no more.
            if (Find(segment, term, ref holders, lists))
            {
                continue;
            }

            foreach (var source in sources)
            {
                Find(source, term, ref holders, lists);
            }
        }

        return (holders, lists);
    }

    public void Dispose()
    {
        _find.Dispose();
        _kept.ForEach(static bytes => ArrayPool<byte>.Shared.Return(bytes));
        _kept.Clear();
    }

    // Some lists are large, and memory that was just made is slow.
    private ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> postings)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(postings.Length);
        _kept.Add(bytes);
        postings.CopyTo(bytes);
        return bytes.AsMemory(0, postings.Length);
    }

    // Whether the segment has the term, or one behind it in the same row.
    private bool Find(Segment segment, long term, ref long holders, List<ReadOnlyMemory<byte>> lists)
    {
        var isReached = false;
        if (_find.Bind(1, segment.Id).Bind(2, term).Step())
        {
            var reader = new BlobReader(_find.Blob(1));
            for (var last = _find.Number(0); !reader.IsAtEnd && !isReached;)
            {
                var entry = PackEntry.Read(ref reader, last);
                (last, isReached) = (entry.Term, entry.Term >= term);
                if (entry.Term == term)
                {
                    holders += entry.Holders;
                    if (entry.Postings.Length > 0)
                    {
                        lists.Add(Keep(entry.Postings));
                    }
                }
            }
        }

        _find.Reset();
        return isReached;
    }
}
