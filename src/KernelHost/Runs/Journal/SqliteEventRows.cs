using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>The statements that write events, prepared once. Used within a transaction of the caller; not thread-safe.</summary>
internal sealed class SqliteEventRows : IDisposable
{
    private readonly SqliteStatement _head;
    private readonly SqliteStatement _saveHead;
    private readonly SqliteStatement _moveHead;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _insertContent;
    private readonly SqliteStatement _replace;
    private readonly EventHashChain _chain = new();

    public SqliteEventRows(SqliteConnection connection)
    {
        _head = new SqliteStatement(connection, "SELECT seq, hash FROM sessions WHERE session_id = ?1");
        _saveHead = new SqliteStatement(connection, "INSERT INTO sessions (session_id, seq, hash) VALUES (?1, ?2, ?3) ON CONFLICT (session_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash");
        _moveHead = new SqliteStatement(connection, "UPDATE sessions SET seq = ?4, hash = ?5 WHERE session_id = ?1 AND seq = ?2 AND hash = ?3");
        _insert = new SqliteStatement(connection, "INSERT INTO events (session_id, seq, version, payload, parts, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _insertContent = new SqliteStatement(connection, "INSERT INTO contents (hash, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
        _replace = new SqliteStatement(connection, "UPDATE events SET payload = ?3, parts = ?4 WHERE session_id = ?1 AND seq = ?2");
    }

    /// <summary>The sequence and hash of the session's last event.</summary>
    public (long Sequence, byte[] Hash) Head(string sessionId)
    {
        var head = _head.Bind(1, sessionId).Step() ? (_head.Number(0), _head.Bytes(1)) : (0, EventHashChain.Start);
        _head.Reset();
        return head;
    }

    public void SaveHead(string sessionId, long sequence, byte[] hash) => _saveHead.Bind(1, sessionId).Bind(2, sequence).Bind(3, hash).Execute();

    /// <summary>Moves the session's head on, if it is where the caller believes it to be.</summary>
    public bool TryMoveHead(string sessionId, (long Sequence, byte[] Hash) from, (long Sequence, byte[] Hash) to) =>
        _moveHead.Bind(1, sessionId).Bind(2, from.Sequence).Bind(3, from.Hash).Bind(4, to.Sequence).Bind(5, to.Hash).Execute() == 1;

    /// <summary>The hash of an event.</summary>
    public byte[] Hash(string sessionId, long sequence, byte[] previousHash, in StoredEvent stored) => _chain.Next(previousHash, sessionId, sequence, stored);

    /// <summary>What an event holds, whatever stands before it.</summary>
    public byte[] Digest(string sessionId, long sequence, in StoredEvent stored) => _chain.Next(EventHashChain.Start, sessionId, sequence, stored);

    /// <summary>Inserts an event and the contents it refers to.</summary>
    public void Insert(string sessionId, long sequence, byte[] hash, in StoredEvent stored, IReadOnlyList<Content> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            _insertContent.Bind(1, contents[i].Hash).Bind(2, contents[i].Bytes).Execute();
        }

        _insert.Bind(1, sessionId).Bind(2, sequence).Bind(3, stored.Version).Bind(4, stored.Payload).Bind(5, stored.Parts).Bind(6, hash).Execute();
    }

    /// <summary>Puts another content in the place of an event's. Its hash stays; the caller records the digest of what it holds now.</summary>
    public void Replace(string sessionId, long sequence, in StoredEvent stored, IReadOnlyList<Content> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            _insertContent.Bind(1, contents[i].Hash).Bind(2, contents[i].Bytes).Execute();
        }

        _replace.Bind(1, sessionId).Bind(2, sequence).Bind(3, stored.Payload).Bind(4, stored.Parts).Execute();
    }

    public void Dispose()
    {
        _replace.Dispose();
        _head.Dispose();
        _saveHead.Dispose();
        _moveHead.Dispose();
        _insert.Dispose();
        _insertContent.Dispose();
    }
}
