using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>
/// Writes the entries of a segment, in the order of their terms, into rows that fill a page: a row per entry would cost SQLite more than the entry itself.
/// </summary>
internal sealed class PackWriter(SqliteConnection connection, ContentTables tables, long segment) : IDisposable
{
    // What a page of 8 KiB holds beside its own headers. A longer entry has a row to itself.
    private const int Full = 8000;

    // Term, holders and length of an entry.
    private const int LongestHead = 25;

    /// <summary>No row with more than one entry is longer.</summary>
    public const int Longest = Full + LongestHead;

    private readonly SqliteStatement _insert = new(connection, $"INSERT INTO {tables.Packs} (segment, term, entries) VALUES (?1, ?2, ?3)");
    private readonly BlobWriter _entries = new();
    private long _first;
    private long _last;

    public void Add(long term, long holders, ReadOnlySpan<byte> postings)
    {
        if (_entries.Length > 0 && _entries.Length + postings.Length + LongestHead > Full)
        {
            Flush();
        }

        if (_entries.Length == 0)
        {
            _first = _last = term;
        }

        PackEntry.Write(_entries, term - _last, holders, postings);
        _last = term;
    }

    /// <summary>Writes what is left.</summary>
    public void Flush()
    {
        if (_entries.Length > 0)
        {
            _insert.Bind(1, segment).Bind(2, _first).Bind(3, _entries.Written).Execute();
            _entries.Clear();
        }
    }

    public void Dispose() => _insert.Dispose();
}
