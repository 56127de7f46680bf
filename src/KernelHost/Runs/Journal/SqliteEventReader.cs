using System.Text.Json;
using KernelHost.Runs.Events;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>Reads a journal file on a connection of its own, so that no reader waits for a commit. Safe for concurrent use; reads take turns.</summary>
internal sealed class SqliteEventReader(string path, EventUpcasters upcasters) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SqliteJournalFile? _file;

    public async Task<T> UseAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return (_file ??= SqliteJournalFile.OpenPrepared(path)).Run(read);
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task<List<RunEvent>> ReadAsync(string sessionId, long afterSequence, CancellationToken cancellationToken) => UseAsync(
        connection =>
        {
            using var contents = new SqliteContents(connection, path);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT seq, version, payload, parts FROM events WHERE session_id = $session AND seq > $after ORDER BY seq";
            command.Parameters.AddWithValue("$session", sessionId);
            command.Parameters.AddWithValue("$after", afterSequence);
            using var reader = command.ExecuteReader();
            List<RunEvent> events = [];
            while (reader.Read())
            {
                var stored = Stored(reader, 1);
                events.Add(Parse(sessionId, reader.GetInt64(0), stored.Version, contents.Join(sessionId, reader.GetInt64(0), stored)));
            }

            return events;
        },
        cancellationToken);

    public Task<long> LastSequenceAsync(string sessionId, CancellationToken cancellationToken) => UseAsync(
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT seq FROM sessions WHERE session_id = $session";
            command.Parameters.AddWithValue("$session", sessionId);
            return command.ExecuteScalar() is long sequence ? sequence : 0L;
        },
        cancellationToken);

    /// <summary>The columns <c>version, payload, parts</c>.</summary>
    public static StoredEvent Stored(SqliteDataReader row, int first) =>
        new(row.GetInt32(first), row.GetFieldValue<byte[]>(first + 1), row.IsDBNull(first + 2) ? null : row.GetFieldValue<byte[]>(first + 2));

    public void Dispose()
    {
        _turn.Dispose();
        _file?.Dispose();
    }

    private RunEvent Parse(string sessionId, long sequence, int version, byte[] json)
    {
        try
        {
            var runEvent = upcasters.Read(json, version);
            runEvent.Sequence = sequence;
            return runEvent;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new JournalException($"The journal '{path}' holds event {sequence} of session '{sessionId}' that this version cannot read: {exception.Message.TrimEnd('.')}. Open it with the version that wrote it, or check it with 'kernelhost journal verify'; nothing was changed.", exception);
        }
    }
}
