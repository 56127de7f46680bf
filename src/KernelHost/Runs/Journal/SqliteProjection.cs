using KernelHost.Runs.Approvals;
using KernelHost.Runs.Events;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>The lists of runs and approvals in SQLite, written in the transaction of the events they follow from.</summary>
internal static class SqliteProjection
{
    public const string RunColumns = "run_id, session_id, agent, principal, request, status, started_at, updated_at, parent_run_id";

    public static void Apply(SqliteConnection connection, string sessionId, RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunStarted started:
                InsertRun(connection, JournalProjection.Start(sessionId, started));
                return;
            case ApprovalRequested requested:
                SqliteApprovals.Apply(connection, requested);
                SqliteApprovals.Insert(connection, ApprovalMachine.Ask(sessionId, requested));
                return;
            case CallStarted { ApprovalId: not null } or CallCompleted { ApprovalId: not null } or CallFailed or ToppedUp:
                SqliteApprovals.Apply(connection, (CallEvent)runEvent);
                return;
            case ApprovalRemembered remembered:
                SqliteApprovals.Remember(connection, sessionId, remembered.Remembered);
                return;
            case RememberedRevoked revoked:
                SqliteApprovals.Forget(connection, revoked.RememberedId);
                return;
            case ApprovalInput input:
                SqliteApprovals.Apply(connection, input);
                return;
        }

        if (JournalProjection.StatusAfter(runEvent) is { } status)
        {
            Execute(
                connection,
                "UPDATE runs SET status = $status, updated_at = $at WHERE run_id = $run",
                ("$status", status.ToString()), ("$at", Ticks(runEvent.Time)), ("$run", runEvent.RunId));
        }
    }

    public static RunSummary ReadRun(SqliteDataReader row) => new()
    {
        RunId = row.GetString(0),
        SessionId = row.GetString(1),
        Agent = row.GetString(2),
        Principal = row.GetString(3),
        Request = row.GetString(4),
        Status = Enum.Parse<RunStatus>(row.GetString(5)),
        StartedAt = Time(row.GetInt64(6)),
        UpdatedAt = Time(row.GetInt64(7)),
        ParentRunId = row.IsDBNull(8) ? null : row.GetString(8),
    };

    private static void InsertRun(SqliteConnection connection, RunSummary run) => Execute(
        connection,
        $"INSERT INTO runs ({RunColumns}) VALUES ($run, $session, $agent, $principal, $request, $status, $started, $updated, $parent)",
        ("$run", run.RunId), ("$session", run.SessionId), ("$agent", run.Agent), ("$principal", run.Principal), ("$request", run.Request),
        ("$status", run.Status.ToString()), ("$started", Ticks(run.StartedAt)), ("$updated", Ticks(run.UpdatedAt)), ("$parent", run.ParentRunId));

    private static void Execute(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file; every value is a parameter.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
    }

    private static long Ticks(DateTimeOffset time) => time.UtcTicks;

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
