using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>Reads entries page by page, so that a journal of any size can be exported while others read and write it.</summary>
internal sealed class JournalExport(SqliteEventReader reader, string path)
{
    private const int PageSize = 256;

    public async IAsyncEnumerable<JournalEntry> ReadAsync(string? sessionId, string? runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (session, sequence) = (sessionId ?? "", 0L);
        while (true)
        {
            var page = await reader.UseAsync(connection => Page(connection, session, sequence, sessionId), cancellationToken);
            foreach (var entry in page)
            {
                (session, sequence) = (entry.SessionId, entry.Sequence);
                if (runId is null || RunOf(entry.Json.Span) == runId)
                {
                    yield return entry;
                }
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }

    private List<JournalEntry> Page(SqliteConnection connection, string session, long sequence, string? only)
    {
        using var contents = new SqliteContents(connection, path);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT session_id, seq, hash, version, payload, parts FROM events WHERE (session_id, seq) > ($session, $seq) AND ($only IS NULL OR session_id = $only) ORDER BY session_id, seq LIMIT $limit";
        command.Parameters.AddWithValue("$session", session);
        command.Parameters.AddWithValue("$seq", sequence);
        command.Parameters.AddWithValue("$only", (object?)only ?? DBNull.Value);
        command.Parameters.AddWithValue("$limit", PageSize);
        using var row = command.ExecuteReader();
        List<JournalEntry> page = [];
        while (row.Read())
        {
            var stored = SqliteEventReader.Stored(row, 3);
            var json = contents.Join(row.GetString(0), row.GetInt64(1), stored);
            page.Add(new JournalEntry
            {
                SessionId = row.GetString(0),
                Sequence = row.GetInt64(1),
                Type = Kind(row.GetString(0), row.GetInt64(1), json),
                Version = stored.Version,
                Hash = Convert.ToHexStringLower(row.GetFieldValue<byte[]>(2)),
                Json = json,
            });
        }

        return page;
    }

    private string Kind(string sessionId, long sequence, byte[] json)
    {
        try
        {
            return EventUpcasters.KindOf(json);
        }
        catch (JsonException exception)
        {
            throw new JournalException($"The journal '{path}' holds event {sequence} of session '{sessionId}' that is not JSON. Check it with 'kernelhost journal verify'; nothing was changed.", exception);
        }
    }

    private static string? RunOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.TryGetProperty("runId", out var run) ? run.GetString() : null;
    }
}
