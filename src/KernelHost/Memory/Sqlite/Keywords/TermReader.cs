using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>Finds what the segments know of a term.</summary>
internal sealed class TermReader : IDisposable
{
    private readonly SqliteStatement _find;
    private readonly List<Segment> _segments;

    public TermReader(SqliteConnection connection, ContentTables tables)
    {
        _segments = Segment.List(connection, tables);
        _find = new SqliteStatement(connection, $"SELECT term, entries FROM {tables.Packs} WHERE segment = ?1 AND term <= ?2 ORDER BY term DESC LIMIT 1");
    }

    /// <summary>How many records hold the term, and the lists of postings in the order of ordinals.</summary>
    public (long Holders, List<byte[]> Lists) Find(long term)
    {
        var holders = 0L;
        List<byte[]> lists = [];
        foreach (var segment in _segments)
        {
            if (_find.Bind(1, segment.Id).Bind(2, term).Step() && TryFind(_find.Blob(1), _find.Number(0), term, out var entry))
            {
                holders += entry.Holders;
                if (entry.Postings.Length > 0)
                {
                    lists.Add(entry.Postings.ToArray());
                }
            }

            _find.Reset();
        }

        return (holders, lists);
    }

    public void Dispose() => _find.Dispose();

    private static bool TryFind(ReadOnlySpan<byte> entries, long first, long term, out PackEntry entry)
    {
        var reader = new BlobReader(entries);
        entry = default;
        for (var last = first; !reader.IsAtEnd; last = entry.Term)
        {
            entry = PackEntry.Read(ref reader, last);
            if (entry.Term >= term)
            {
                return entry.Term == term;
            }
        }

        return false;
    }
}
