using System.Collections.Concurrent;
using System.Security.Cryptography;
using KernelHost.Runs.State;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>
/// The latest snapshot of each session. One is written with the next commit of whatever session, or when the file is closed: it never
/// costs a commit of its own while runs work, and one that is lost with the process costs the next opening some time, nothing else.
/// </summary>
internal sealed class SqliteSnapshots
{
    public const string Table = """
        CREATE TABLE snapshots (
            session_id TEXT PRIMARY KEY,
            seq INTEGER NOT NULL,
            state BLOB NOT NULL,
            seal BLOB NOT NULL);
        """;

    private readonly ConcurrentDictionary<string, SessionSnapshot> _waiting = new(StringComparer.Ordinal);

    /// <summary>Keeps a snapshot for the next commit; a later one of the same session takes its place.</summary>
    public void Keep(SessionSnapshot snapshot) => _waiting[snapshot.SessionId] = snapshot;

    /// <summary>Writes what waits within the transaction of the caller. What is rolled back with it is not tried again.</summary>
    public void Write(SqliteConnection connection)
    {
        if (_waiting.IsEmpty)
        {
            return;
        }

        foreach (var sessionId in _waiting.Keys)
        {
            if (_waiting.TryRemove(sessionId, out var snapshot))
            {
                Write(connection, snapshot);
            }
        }
    }

    /// <summary>Writes what waits in a transaction of its own.</summary>
    public void WriteLast(SqliteConnection connection)
    {
        if (_waiting.IsEmpty)
        {
            return;
        }

        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            Write(connection);
            transaction.Commit();
        }
        catch (SqliteException)
        {
            // A locked, full or read-only file: the events are there, and the next opening folds them.
        }
    }

    /// <summary>The snapshot of a session, or <see langword="null"/> when there is none that this build made of this very history.</summary>
    public static byte[]? Read(SqliteConnection connection, string sessionId)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT snapshots.state, snapshots.seal, events.hash
            FROM snapshots JOIN events ON events.session_id = snapshots.session_id AND events.seq = snapshots.seq
            WHERE snapshots.session_id = $session
            """;
        command.Parameters.AddWithValue("$session", sessionId);
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        var state = reader.GetFieldValue<byte[]>(0);
        return Seal(reader.GetFieldValue<byte[]>(2), state).AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(1)) ? state : null;
    }

    private static void Write(SqliteConnection connection, SessionSnapshot snapshot)
    {
        using var hash = connection.CreateCommand();
        hash.CommandText = "SELECT hash FROM events WHERE session_id = $session AND seq = $seq";
        hash.Parameters.AddWithValue("$session", snapshot.SessionId);
        hash.Parameters.AddWithValue("$seq", snapshot.Sequence);
        if (hash.ExecuteScalar() is not byte[] last)
        {
            return;
        }

        using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO snapshots (session_id, seq, state, seal) VALUES ($session, $seq, $state, $seal)
            ON CONFLICT (session_id) DO UPDATE SET seq = excluded.seq, state = excluded.state, seal = excluded.seal
            """;
        insert.Parameters.AddWithValue("$session", snapshot.SessionId);
        insert.Parameters.AddWithValue("$seq", snapshot.Sequence);
        insert.Parameters.AddWithValue("$state", snapshot.State);
        insert.Parameters.AddWithValue("$seal", Seal(last, snapshot.State));
        insert.ExecuteNonQuery();
    }

    // Binds the bytes to the history they were folded from, which the event's hash covers, and to the build that folded them.
    private static byte[] Seal(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> state)
    {
        using var seal = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        seal.AppendData(hash);
        seal.AppendData(SnapshotJson.Build);
        seal.AppendData(state);
        return seal.GetHashAndReset();
    }
}
