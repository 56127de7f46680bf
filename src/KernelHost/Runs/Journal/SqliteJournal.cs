using System.Globalization;
using System.Text.Json;
using KernelHost.Runs.Events;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>
/// Journals in one SQLite file, in WAL mode with <c>synchronous=FULL</c>: what was appended survives a killed process and a power cut.
/// Several processes may use the file at once.
/// </summary>
public sealed class SqliteJournal : JournalStore
{
    private readonly SqliteJournalFile _file;
    private readonly string _claimDirectory;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private SqliteJournal(SqliteJournalFile file, string claimDirectory)
    {
        _file = file;
        _claimDirectory = claimDirectory;
    }

    /// <summary>Opens or creates the journal file <c>journal.db</c> in a directory, which is created when it does not exist.</summary>
    /// <param name="directory">The host's data directory.</param>
    /// <exception cref="JournalException">The file cannot be opened, is no journal, or was written by a newer version.</exception>
    public static SqliteJournal Open(string directory)
    {
        var path = Path.Combine(directory, "journal.db");
        var claims = Path.Combine(directory, "sessions");
        try
        {
            Directory.CreateDirectory(claims);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The data directory '{directory}' cannot be created or written ({exception.Message}). Make it writable, or set KernelHost:DataDirectory to one that is.", exception);
        }

        return new SqliteJournal(SqliteJournalFile.Open(path), claims);
    }

    /// <inheritdoc/>
    public override IDisposable Claim(string sessionId) => SessionClaim.Take(_claimDirectory, sessionId);

    /// <inheritdoc/>
    public override async ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _file.Run(connection =>
            {
                using var transaction = connection.BeginTransaction(deferred: false);
                CheckSequence(connection, sessionId, expectedSequence);
                var sequence = expectedSequence;
                for (var i = 0; i < events.Count; i++)
                {
                    Insert(connection, sessionId, ++sequence, events[i]);
                    SqliteProjection.Apply(connection, sessionId, events[i]);
                }

                transaction.Commit();
                return true;
            });
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<RunEvent>> ReadAsync(string sessionId, long afterSequence, CancellationToken cancellationToken) =>
        QueryAsync<RunEvent>(
            "SELECT seq, payload FROM events WHERE session_id = $session AND seq > $after ORDER BY seq",
            command =>
            {
                command.Parameters.AddWithValue("$session", sessionId);
                command.Parameters.AddWithValue("$after", afterSequence);
            },
            ReadEvent,
            cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken) =>
        QueryAsync(
            $"SELECT {SqliteProjection.RunColumns} FROM runs WHERE ($session IS NULL OR session_id = $session) AND ($status IS NULL OR status = $status) ORDER BY started_at DESC, run_id LIMIT $limit",
            command =>
            {
                command.Parameters.AddWithValue("$session", (object?)filter.SessionId ?? DBNull.Value);
                command.Parameters.AddWithValue("$status", (object?)filter.Status?.ToString() ?? DBNull.Value);
                command.Parameters.AddWithValue("$limit", filter.Limit);
            },
            SqliteProjection.ReadRun,
            cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken) =>
        First(await QueryAsync(
            $"SELECT {SqliteProjection.RunColumns} FROM runs WHERE run_id = $id",
            command => command.Parameters.AddWithValue("$id", runId),
            SqliteProjection.ReadRun,
            cancellationToken));

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<ApprovalSummary>> ListApprovalsAsync(ApprovalFilter filter, CancellationToken cancellationToken) =>
        QueryAsync(
            $"SELECT {SqliteProjection.ApprovalColumns} FROM approvals WHERE ($status IS NULL OR status = $status) AND ($run IS NULL OR run_id = $run) ORDER BY requested_at DESC, approval_id LIMIT $limit",
            command =>
            {
                command.Parameters.AddWithValue("$status", (object?)filter.Status?.ToString() ?? DBNull.Value);
                command.Parameters.AddWithValue("$run", (object?)filter.RunId ?? DBNull.Value);
                command.Parameters.AddWithValue("$limit", filter.Limit);
            },
            SqliteProjection.ReadApproval,
            cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask<ApprovalSummary?> FindApprovalAsync(string approvalId, CancellationToken cancellationToken) =>
        First(await QueryAsync(
            $"SELECT {SqliteProjection.ApprovalColumns} FROM approvals WHERE approval_id = $id",
            command => command.Parameters.AddWithValue("$id", approvalId),
            SqliteProjection.ReadApproval,
            cancellationToken));

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _writing.Dispose();
        _file.Dispose();
        return base.DisposeAsync();
    }

    private async ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        string sql, Action<SqliteCommand> bind, Func<SqliteDataReader, T> read, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return _file.Run(connection =>
            {
                using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is one of the constants above; every value is a parameter.
                command.CommandText = sql;
#pragma warning restore CA2100
                bind(command);
                using var reader = command.ExecuteReader();
                List<T> rows = [];
                while (reader.Read())
                {
                    rows.Add(read(reader));
                }

                return rows;
            });
        }
        finally
        {
            _writing.Release();
        }
    }

    private static T? First<T>(IReadOnlyList<T> rows)
        where T : class => rows.Count == 0 ? null : rows[0];

    private static void CheckSequence(SqliteConnection connection, string sessionId, long expectedSequence)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(max(seq), 0) FROM events WHERE session_id = $session";
        command.Parameters.AddWithValue("$session", sessionId);
        if (Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) != expectedSequence)
        {
            throw new JournalConflictException(sessionId);
        }
    }

    private static void Insert(SqliteConnection connection, string sessionId, long sequence, RunEvent runEvent)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO events (session_id, seq, payload) VALUES ($session, $seq, $payload)";
        command.Parameters.AddWithValue("$session", sessionId);
        command.Parameters.AddWithValue("$seq", sequence);
        command.Parameters.AddWithValue("$payload", RunEventJson.Write(runEvent));
        command.ExecuteNonQuery();
    }

    private RunEvent ReadEvent(SqliteDataReader reader)
    {
        try
        {
            var runEvent = RunEventJson.Read((byte[])reader.GetValue(1));
            runEvent.Sequence = reader.GetInt64(0);
            return runEvent;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new JournalException($"The journal '{_file.Path}' holds event {reader.GetInt64(0)} that this version cannot read ({exception.Message}). Open it with the version that wrote it; nothing was changed.", exception);
        }
    }
}
