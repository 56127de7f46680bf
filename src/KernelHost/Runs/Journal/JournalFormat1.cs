using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>Turns a file of format 1 (payloads only) into one of format 2: versions, hash chain, large members stored once.</summary>
internal static class JournalFormat1
{
    /// <summary>Migrates within the transaction of the caller. The events themselves stay as they are; the chain vouches for them from now on.</summary>
    public static void Migrate(SqliteConnection connection)
    {
        SqliteJournalSchema.Execute(connection, "ALTER TABLE events RENAME TO events_1;" + SqliteJournalSchema.Events);
        using var rows = new SqliteEventRows(connection);
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT session_id, seq, payload FROM events_1 ORDER BY session_id, seq";
        using (var reader = select.ExecuteReader())
        {
            var head = new SessionHead("", 0, "");
            while (reader.Read())
            {
                var session = reader.GetString(0);
                if (session != head.SessionId)
                {
                    SaveHead(rows, head);
                    head = new SessionHead(session, 0, Convert.ToHexStringLower(EventHashChain.Start));
                }

                var (stored, contents) = Split(reader.GetFieldValue<byte[]>(2));
                var hash = rows.Hash(session, reader.GetInt64(1), Convert.FromHexString(head.Hash), stored);
                rows.Insert(session, reader.GetInt64(1), hash, stored, contents);
                head = new SessionHead(session, reader.GetInt64(1), Convert.ToHexStringLower(hash));
            }

            SaveHead(rows, head);
        }

        SqliteJournalSchema.Execute(connection, "DROP TABLE events_1;");
    }

    // What cannot be read is kept as it is: reading it says so, and names the event.
    private static (StoredEvent Event, IReadOnlyList<Content> Contents) Split(byte[] payload)
    {
        try
        {
            return LargeMembers.Split(payload, version: 1);
        }
        catch (JsonException)
        {
            return (new StoredEvent(1, payload, null), []);
        }
    }

    private static void SaveHead(SqliteEventRows rows, SessionHead head)
    {
        if (head.Sequence > 0)
        {
            rows.SaveHead(head.SessionId, head.Sequence, Convert.FromHexString(head.Hash));
        }
    }
}
