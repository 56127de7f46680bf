using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>Takes the entries of a segment out of the file, one after another, in the order of their terms.</summary>
internal sealed class PackReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly ContentTables _tables;
    private readonly SqliteStatement _next;
    private readonly SqliteStatement _delete;
    private readonly long _segment;
    private byte[] _buffer = new byte[1 << 13];
    private int _end;
    private int _start;
    private int _length;
    private long _pack;
    private int _read;

    public PackReader(SqliteConnection connection, ContentTables tables, long segment)
    {
        _connection = connection;
        _tables = tables;
        _segment = segment;
        _next = new SqliteStatement(connection, $"SELECT id, term, entries FROM {tables.Packs} WHERE segment = ?1 ORDER BY term LIMIT 1");
        _delete = new SqliteStatement(connection, $"DELETE FROM {tables.Packs} WHERE id = ?1");
        MoveNext();
    }

    public bool IsAtEnd { get; private set; }

    public long Term { get; private set; }

    public long Holders { get; private set; }

    public ReadOnlySpan<byte> Postings => _buffer.AsSpan(_start, _length);

    public void MoveNext()
    {
        if (_read >= _end && !TakePack())
        {
            IsAtEnd = true;
            return;
        }

        var reader = new BlobReader(_buffer.AsSpan(_read.._end));
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
        rest.Bytes(_buffer.AsSpan(_read.._end));
        SqliteStatement.Run(_connection, $"INSERT INTO {_tables.Packs} (segment, term, entries) VALUES (?1, ?2, ?3)", _segment, Term, rest.ToArray());
    }

    public void Dispose()
    {
        _next.Dispose();
        _delete.Dispose();
    }

    private bool TakePack()
    {
        if (!_next.Bind(1, _segment).Step())
        {
            _next.Reset();
            return false;
        }

        (_pack, Term) = (_next.Number(0), _next.Number(1));
        Keep(_next.Blob(2));
        _next.Reset();
        _delete.Bind(1, _pack).Execute();
        return true;
    }

    private void Keep(ReadOnlySpan<byte> entries)
    {
        if (entries.Length > _buffer.Length)
        {
            _buffer = new byte[Math.Max(entries.Length, _buffer.Length * 2)];
        }

        entries.CopyTo(_buffer);
        (_end, _read) = (entries.Length, 0);
    }
}
