using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>
/// Journals in one SQLite file, in WAL mode with <c>synchronous=FULL</c>: what was appended survives a killed process and a power cut.
/// Several processes may use the file at once. Appends that arrive together share one commit. Every event is hashed over the one before it.
/// </summary>
public sealed class SqliteJournal : JournalStore
{
    private const long LargestChecked = 512L * 1024 * 1024;

    // SQLITE_CORRUPT
    private const int SqliteDamaged = 11;

    private readonly SqliteJournalFile _file;
    private readonly SqliteEventWriter _writer;
    private readonly SqliteEventReader _reader;
    private readonly GroupCommit _commits;
    private readonly AppendWatchers _watchers = new();
    private readonly EventUpcasters _upcasters;
    private readonly string _claimDirectory;

    private SqliteJournal(SqliteJournalFile file, string claimDirectory, EventUpcasters upcasters)
    {
        _file = file;
        _claimDirectory = claimDirectory;
        _upcasters = upcasters;
        _writer = new SqliteEventWriter(file);
        _reader = new SqliteEventReader(file.Path, upcasters);
        _commits = new GroupCommit(_writer.Commit);
    }

    /// <summary>Opens or creates the journal file <c>journal.db</c> in a directory, which is created when it does not exist.</summary>
    /// <param name="directory">The host's data directory.</param>
    /// <exception cref="JournalException">The file cannot be opened, is no journal, or was written by a newer version.</exception>
    public static SqliteJournal Open(string directory) => Open(directory, EventUpcasters.Current);

    internal static SqliteJournal Open(string directory, EventUpcasters upcasters)
    {
        var path = System.IO.Path.Combine(directory, "journal.db");
        var claims = System.IO.Path.Combine(directory, "sessions");
        try
        {
            Directory.CreateDirectory(claims);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The data directory '{directory}' cannot be created or written ({exception.Message}). Make it writable, or set KernelHost:DataDirectory to one that is.", exception);
        }

        return new SqliteJournal(SqliteJournalFile.Open(path), claims, upcasters);
    }

    /// <summary>The journal file.</summary>
    public string Path => _file.Path;

    /// <summary>The connection that writes, for tests that make the disk fail under it.</summary>
    internal SqliteConnection Writer => _file.Connection;

    /// <inheritdoc/>
    public override IDisposable Claim(string sessionId) => SessionClaim.Take(_claimDirectory, sessionId);

    /// <inheritdoc/>
    public override async ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var stored = new (StoredEvent Event, IReadOnlyList<Content> Contents)[events.Count];
        for (var i = 0; i < stored.Length; i++)
        {
            stored[i] = StoredEvent.Create(events[i], _upcasters);
        }

        await _commits.RunAsync(new PendingAppend(sessionId, expectedSequence, events, stored, cancellationToken));
        _watchers.Tell(sessionId, events);
    }

    /// <inheritdoc/>
    public override async ValueTask<long> LastSequenceAsync(string sessionId, CancellationToken cancellationToken) =>
        await _reader.LastSequenceAsync(sessionId, cancellationToken);

    /// <inheritdoc/>
    public override IDisposable Watch(string sessionId, Action<IReadOnlyList<RunEvent>> appended) => _watchers.Add(sessionId, appended);

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<RunEvent>> ReadAsync(string sessionId, long afterSequence, CancellationToken cancellationToken) =>
        await _reader.ReadAsync(sessionId, afterSequence, cancellationToken);

    internal override async ValueTask<byte[]?> ReadSnapshotAsync(string sessionId, CancellationToken cancellationToken) =>
        await _reader.UseAsync(connection => SqliteSnapshots.Read(connection, sessionId), cancellationToken);

    internal override void KeepSnapshot(SessionSnapshot snapshot) => _writer.Snapshots.Keep(snapshot);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken) =>
        QueryAsync(
            $"SELECT {SqliteProjection.RunColumns} FROM runs WHERE ($session IS NULL OR session_id = $session) AND ($status IS NULL OR status = $status) AND ($parent IS NULL OR parent_run_id = $parent) ORDER BY started_at DESC, run_id LIMIT $limit",
            command =>
            {
                command.Parameters.AddWithValue("$session", (object?)filter.SessionId ?? DBNull.Value);
                command.Parameters.AddWithValue("$status", (object?)filter.Status?.ToString() ?? DBNull.Value);
                command.Parameters.AddWithValue("$parent", (object?)filter.ParentRunId ?? DBNull.Value);
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
            $"SELECT {SqliteApprovals.Columns} FROM approvals WHERE ($status IS NULL OR status = $status) AND ($run IS NULL OR run_id = $run) ORDER BY requested_at DESC, approval_id LIMIT $limit",
            command =>
            {
                command.Parameters.AddWithValue("$status", (object?)filter.Status?.ToString() ?? DBNull.Value);
                command.Parameters.AddWithValue("$run", (object?)filter.RunId ?? DBNull.Value);
                command.Parameters.AddWithValue("$limit", filter.Limit);
            },
            SqliteApprovals.Read,
            cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask<ApprovalSummary?> FindApprovalAsync(string approvalId, CancellationToken cancellationToken) =>
        First(await QueryAsync(
            $"SELECT {SqliteApprovals.Columns} FROM approvals WHERE approval_id = $id",
            command => command.Parameters.AddWithValue("$id", approvalId),
            SqliteApprovals.Read,
            cancellationToken));

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<RememberedApproval>> ListRememberedAsync(RememberedFilter filter, CancellationToken cancellationToken) =>
        QueryAsync(
            "SELECT content FROM remembered WHERE ($tool IS NULL OR tool = $tool) AND ($at IS NULL OR expires_at > $at) ORDER BY created_at, remembered_id",
            command =>
            {
                command.Parameters.AddWithValue("$tool", (object?)filter.Tool ?? DBNull.Value);
                command.Parameters.AddWithValue("$at", (object?)filter.ValidAt?.UtcTicks ?? DBNull.Value);
            },
            SqliteApprovals.ReadRemembered,
            cancellationToken);

    /// <summary>Reads the whole file and checks that its pages fit together, as far as that takes no longer than a person waits.</summary>
    /// <param name="cancellationToken">Cancels the check, before it begins.</param>
    /// <returns>Whether it was small enough to be checked.</returns>
    /// <exception cref="JournalException">The file is damaged, or cannot be read.</exception>
    public async Task<bool> CheckFileAsync(CancellationToken cancellationToken)
    {
        if (new FileInfo(_file.Path).Length > LargestChecked)
        {
            return false;
        }

        return await _reader.UseAsync(
            static connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA quick_check(1)";
                return command.ExecuteScalar() is "ok" ? true : throw new SqliteException("The pages do not fit together.", SqliteDamaged);
            },
            cancellationToken);
    }

    /// <summary>Checks the hash chain of every event: whether anything was changed, removed, inserted or put in another order since it was written.</summary>
    /// <param name="sessionId">Only this session; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <exception cref="JournalException">The file cannot be read.</exception>
    public Task<JournalVerification> VerifyAsync(string? sessionId, CancellationToken cancellationToken) =>
        _reader.UseAsync(connection => new JournalVerifier(connection, cancellationToken).Verify(sessionId), cancellationToken);

    /// <summary>The events as they are stored, session by session in order. What cannot be read as an event is exported all the same.</summary>
    /// <param name="sessionId">Only this session's; <see langword="null"/> for all.</param>
    /// <param name="runId">Only this run's; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <exception cref="JournalException">The file cannot be read, or a content is missing or was changed.</exception>
    public IAsyncEnumerable<JournalEntry> ExportAsync(string? sessionId, string? runId, CancellationToken cancellationToken) =>
        new JournalExport(_reader, _file.Path).ReadAsync(sessionId, runId, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _commits.Dispose();
        _writer.Dispose();
        _reader.Dispose();
        _file.Dispose();
        return base.DisposeAsync();
    }

    internal async Task<IReadOnlyList<T>> QueryAsync<T>(Func<SqliteConnection, List<T>> read, CancellationToken cancellationToken) =>
        await _reader.UseAsync(read, cancellationToken);

    private async ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        string sql, Action<SqliteCommand> bind, Func<SqliteDataReader, T> read, CancellationToken cancellationToken) =>
        await _reader.UseAsync(
            connection =>
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
            },
            cancellationToken);

    private static T? First<T>(IReadOnlyList<T> rows)
        where T : class => rows.Count == 0 ? null : rows[0];
}
