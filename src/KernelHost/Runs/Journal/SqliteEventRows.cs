using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>The statements that write events, prepared once. Used within a transaction of the caller; not thread-safe.</summary>
internal sealed class SqliteEventRows : IDisposable
{
    private readonly SqliteCommand _head;
    private readonly SqliteCommand _saveHead;
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

    /// <summary>Inserts an event and the contents it refers to.</summary>
    /// <returns>Its hash.</returns>
    public byte[] Insert(string sessionId, long sequence, byte[] previousHash, in StoredEvent stored, IReadOnlyList<Content> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            _insertContent.Parameters[0].Value = contents[i].Hash;
            _insertContent.Parameters[1].Value = contents[i].Bytes;
            _insertContent.ExecuteNonQuery();
        }

        var hash = _chain.Next(previousHash, sessionId, sequence, stored);
        _insert.Parameters[0].Value = sessionId;
        _insert.Parameters[1].Value = sequence;
        _insert.Parameters[2].Value = stored.Version;
        _insert.Parameters[3].Value = stored.Payload;
        _insert.Parameters[4].Value = (object?)stored.Parts ?? DBNull.Value;
        _insert.Parameters[5].Value = hash;
        _insert.ExecuteNonQuery();
        return hash;
    }

    public void Dispose()
    {
        _head.Dispose();
        _saveHead.Dispose();
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
