using System.Text.Json;
using KernelHost.Runs.Events;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal.Forgetting;

/// <summary>What the events of a session hold since text was taken out of them, by the records of that.</summary>
internal static class ForgottenDigests
{
    /// <summary>The latest digest by sequence. A record that cannot be read vouches for nothing.</summary>
    public static IReadOnlyDictionary<long, string> Read(SqliteConnection connection, string session, SqliteContents contents)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, version, payload, parts FROM events WHERE session_id = $session AND instr(payload, $kind) > 0 ORDER BY seq";
        command.Parameters.AddWithValue("$session", session);
        command.Parameters.AddWithValue("$kind", "\"text-forgotten\""u8.ToArray());
        using var row = command.ExecuteReader();
        var digests = new Dictionary<long, string>();
        while (row.Read())
        {
            if (Record(session, row, contents) is not { } record)
            {
                continue;
            }

            foreach (var forgotten in record.Events.Where(forgotten => forgotten.Sequence < row.GetInt64(0)))
            {
                digests[forgotten.Sequence] = forgotten.Digest;
            }
        }

        return digests;
    }

    private static TextForgotten? Record(string session, SqliteDataReader row, SqliteContents contents)
    {
        try
        {
            return RunEventJson.Read(contents.Join(session, row.GetInt64(0), SqliteEventReader.Stored(row, 1))) as TextForgotten;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or JournalException)
        {
            return null;
        }
    }
}
