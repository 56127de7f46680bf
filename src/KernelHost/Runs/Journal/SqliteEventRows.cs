using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>The statements that write events, prepared once. Used within a transaction of the caller; not thread-safe.</summary>
internal sealed class SqliteEventRows : IDisposable
{
    private readonly SqliteCommand _head;
    private readonly SqliteCommand _saveHead;
    private readonly SqliteCommand _moveHead;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _insertContent;
    private readonly EventHashChain _chain = new();

    public SqliteEventRows(SqliteConnection connection)
    {
        _head = connection.CreateCommand();
        _head.CommandText = "SELECT seq, hash FROM sessions WHERE session_id = $session";
        Add(_head, "$session");

        _saveHead = connection.CreateCommand();
        _saveHead.CommandText = "INSERT INTO sessions (session_id, seq, hash) VALUES ($session, $seq, $hash) ON CONFLICT (session_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
        Add(_saveHead, "$session", "$seq", "$hash");

        _moveHead = connection.CreateCommand();
        _moveHead.CommandText = "UPDATE sessions SET seq = $seq, hash = $hash WHERE session_id = $session AND seq = $oldSeq AND hash = $oldHash";
        Add(_moveHead, "$session", "$oldSeq", "$oldHash", "$seq", "$hash");

        _insert = connection.CreateCommand();
        _insert.CommandText = "INSERT INTO events (session_id, seq, version, payload, parts, hash) VALUES ($session, $seq, $version, $payload, $parts, $hash)";
        Add(_insert, "$session", "$seq", "$version", "$payload", "$parts", "$hash");

        _insertContent = connection.CreateCommand();
        _insertContent.CommandText = "INSERT INTO contents (hash, bytes) VALUES ($hash, $bytes) ON CONFLICT DO NOTHING";
        Add(_insertContent, "$hash", "$bytes");
    }

    /// <summary>The sequence and hash of the session's last event.</summary>
    public (long Sequence, byte[] Hash) Head(string sessionId)
    {
        _head.Parameters[0].Value = sessionId;
        using var reader = _head.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : (0, EventHashChain.Start);
    }

    public void SaveHead(string sessionId, long sequence, byte[] hash)
    {
        _saveHead.Parameters[0].Value = sessionId;
        _saveHead.Parameters[1].Value = sequence;
        _saveHead.Parameters[2].Value = hash;
        _saveHead.ExecuteNonQuery();
    }

    /// <summary>Moves the session's head on, if it is where the caller believes it to be.</summary>
    public bool TryMoveHead(string sessionId, (long Sequence, byte[] Hash) from, (long Sequence, byte[] Hash) to)
    {
        _moveHead.Parameters[0].Value = sessionId;
        _moveHead.Parameters[1].Value = from.Sequence;
        _moveHead.Parameters[2].Value = from.Hash;
        _moveHead.Parameters[3].Value = to.Sequence;
        _moveHead.Parameters[4].Value = to.Hash;
        return _moveHead.ExecuteNonQuery() == 1;
    }

    /// <summary>The hash of an event.</summary>
    public byte[] Hash(string sessionId, long sequence, byte[] previousHash, in StoredEvent stored) => _chain.Next(previousHash, sessionId, sequence, stored);

    /// <summary>Inserts an event and the contents it refers to.</summary>
    public void Insert(string sessionId, long sequence, byte[] hash, in StoredEvent stored, IReadOnlyList<Content> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            _insertContent.Parameters[0].Value = contents[i].Hash;
            _insertContent.Parameters[1].Value = contents[i].Bytes;
            _insertContent.ExecuteNonQuery();
        }

        _insert.Parameters[0].Value = sessionId;
        _insert.Parameters[1].Value = sequence;
        _insert.Parameters[2].Value = stored.Version;
        _insert.Parameters[3].Value = stored.Payload;
        _insert.Parameters[4].Value = (object?)stored.Parts ?? DBNull.Value;
        _insert.Parameters[5].Value = hash;
        _insert.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _head.Dispose();
        _saveHead.Dispose();
        _moveHead.Dispose();
        _insert.Dispose();
        _insertContent.Dispose();
        _chain.Dispose();
    }

    private static void Add(SqliteCommand command, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }
    }
}
