using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>The statements that write the list of runs, prepared once: every run begins and ends with one. Used within a transaction of the caller; not thread-safe.</summary>
internal sealed class SqliteRunRows : IDisposable
{
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _setStatus;

    public SqliteRunRows(SqliteConnection connection)
    {
        _insert = new SqliteStatement(connection, $"INSERT INTO runs ({SqliteProjection.RunColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        _setStatus = new SqliteStatement(connection, "UPDATE runs SET status = ?2, updated_at = ?3 WHERE run_id = ?1");
    }

    public void Insert(RunSummary run) => _insert
        .Bind(1, run.RunId).Bind(2, run.SessionId).Bind(3, run.Agent).Bind(4, run.Principal).Bind(5, run.Request)
        .Bind(6, run.Status.ToString()).Bind(7, run.StartedAt.UtcTicks).Bind(8, run.UpdatedAt.UtcTicks).Bind(9, run.ParentRunId)
        .Execute();

    public void SetStatus(string runId, RunStatus status, DateTimeOffset at) => _setStatus.Bind(1, runId).Bind(2, status.ToString()).Bind(3, at.UtcTicks).Execute();

    public void Dispose()
    {
        _insert.Dispose();
        _setStatus.Dispose();
    }
}
