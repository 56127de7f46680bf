using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal.Retention;

/// <summary>The records of what was pruned, sealed one over the other like events, so that removing one shows.</summary>
internal static class SqlitePruned
{
    // `finished` is 0 while events of the session are left: they go in several transactions, and a process may die between two.
    public const string Table = """
        CREATE TABLE pruned (
            number INTEGER PRIMARY KEY,
            session_id TEXT NOT NULL UNIQUE,
            seq INTEGER NOT NULL,
            hash BLOB NOT NULL,
            runs INTEGER NOT NULL,
            pruned_at INTEGER NOT NULL,
            pruned_by TEXT NOT NULL,
            seal BLOB NOT NULL,
            finished INTEGER NOT NULL);
        CREATE INDEX pruned_unfinished ON pruned (number) WHERE finished = 0;
        CREATE INDEX runs_by_session ON runs (session_id);
        CREATE INDEX approvals_by_session ON approvals (session_id);
        CREATE INDEX events_with_parts ON events (session_id, seq) WHERE parts IS NOT NULL;
        """;

    public static void Insert(SqliteConnection connection, SessionHead head, int runs, DateTimeOffset at, string by)
    {
        var (number, last) = Last(connection);
        var pruned = new PrunedSession(number + 1, head.SessionId, head.Sequence, head.Hash, runs, at, by, "");
        using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO pruned (number, session_id, seq, hash, runs, pruned_at, pruned_by, seal, finished)
            VALUES ($number, $session, $seq, $hash, $runs, $at, $by, $seal, 0)
            """;
        insert.Parameters.AddWithValue("$number", pruned.Number);
        insert.Parameters.AddWithValue("$session", pruned.SessionId);
        insert.Parameters.AddWithValue("$seq", pruned.Sequence);
        insert.Parameters.AddWithValue("$hash", Convert.FromHexString(pruned.Hash));
        insert.Parameters.AddWithValue("$runs", pruned.Runs);
        insert.Parameters.AddWithValue("$at", pruned.At.UtcTicks);
        insert.Parameters.AddWithValue("$by", pruned.By);
        insert.Parameters.AddWithValue("$seal", Seal(last, pruned));
        insert.ExecuteNonQuery();
    }

    /// <summary>All records in order.</summary>
    public static List<PrunedSession> Read(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT number, session_id, seq, hash, runs, pruned_at, pruned_by, seal FROM pruned ORDER BY number";
        using var row = select.ExecuteReader();
        List<PrunedSession> all = [];
        while (row.Read())
        {
            all.Add(new PrunedSession(
                row.GetInt64(0), row.GetString(1), row.GetInt64(2), Hex(row, 3), row.GetInt32(4), new DateTimeOffset(row.GetInt64(5), TimeSpan.Zero), row.GetString(6), Hex(row, 7)));
        }

        return all;
    }

    /// <summary>The first record that is not what was written, or <see langword="null"/>.</summary>
    public static JournalProblem? Check(IReadOnlyList<PrunedSession> all)
    {
        var last = EventHashChain.Start;
        for (var i = 0; i < all.Count; i++)
        {
            last = Seal(last, all[i]);
            if (all[i].Number != i + 1 || Convert.ToHexStringLower(last) != all[i].Seal)
            {
                return new JournalProblem(all[i].SessionId, all[i].Sequence, "The records of pruned sessions are not what was written: one was changed, removed or inserted at or before this one.");
            }
        }

        return null;
    }

    private static (long Number, byte[] Seal) Last(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT number, seal FROM pruned ORDER BY number DESC LIMIT 1";
        using var row = select.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : (0, EventHashChain.Start);
    }

    private static byte[] Seal(ReadOnlySpan<byte> last, PrunedSession pruned)
    {
        using var seal = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        seal.AppendData(last);
        Append(seal, pruned.Number);
        Append(seal, pruned.SessionId);
        Append(seal, pruned.Sequence);
        seal.AppendData(Convert.FromHexString(pruned.Hash));
        Append(seal, pruned.Runs);
        Append(seal, pruned.At.UtcTicks);
        Append(seal, pruned.By);
        return seal.GetHashAndReset();
    }

    private static void Append(IncrementalHash seal, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(seal, bytes.Length);
        seal.AppendData(bytes);
    }

    private static void Append(IncrementalHash seal, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        seal.AppendData(bytes);
    }

    private static string Hex(SqliteDataReader row, int column) => Convert.ToHexStringLower(row.GetFieldValue<byte[]>(column));
}
