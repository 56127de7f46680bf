using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>Takes the entries of a segment out of the file, one after another, in the order of their terms.</summary>
internal sealed class PackReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly ContentTables _tables;
    private readonly Statement _next;
    private readonly Statement _delete;
    private readonly long _segment;
    private byte[] _entries = [];
    private int _start;
    private int _length;
    private long _pack;
    private int _read;

    public PackReader(SqliteConnection connection, ContentTables tables, long segment)
    {
        _connection = connection;
        _tables = tables;
        _segment = segment;
        _next = new Statement(connection, $"SELECT id, term, entries FROM {tables.Packs} WHERE segment = $1 ORDER BY term LIMIT 1");
        _delete = new Statement(connection, $"DELETE FROM {tables.Packs} WHERE id = $1");
        MoveNext();
    }

    public bool IsAtEnd { get; private set; }

    public long Term { get; private set; }

    public long Holders { get; private set; }

    public ReadOnlySpan<byte> Postings => _entries.AsSpan(_start, _length);

    public void MoveNext()
    {
        if (_read >= _entries.Length && !TakePack())
        {
            IsAtEnd = true;
            return;
        }

        var reader = new BlobReader(_entries.AsSpan(_read));
        var entry = PackEntry.Read(ref reader, Term);
        _read += reader.Position;
        (Term, Holders, _length, _start) = (entry.Term, entry.Holders, entry.Postings.Length, _read - entry.Postings.Length);
    }

    /// <summary>Puts back what was taken out and not used.</summary>
    public void WriteBack()
    {
        if (IsAtEnd)
        {
            return;
        }

        var rest = new BlobWriter();
        PackEntry.Write(rest, 0, Holders, Postings);
        rest.Bytes(_entries.AsSpan(_read));
        Statement.Run(_connection, $"INSERT INTO {_tables.Packs} (segment, term, entries) VALUES ($1, $2, $3)", _segment, Term, rest.ToArray());
    }

    public void Dispose()
    {
        _next.Dispose();
        _delete.Dispose();
    }

    private bool TakePack()
    {
        using (var reader = _next.Read(_segment))
        {
            if (!reader.Read())
            {
                return false;
            }

            (_pack, Term, _entries, _read) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2), 0);
        }

        _delete.Run(_pack);
        return true;
    }
}
