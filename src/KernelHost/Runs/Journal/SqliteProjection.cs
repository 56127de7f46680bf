using KernelHost.Runs.Approvals;
using KernelHost.Runs.Events;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>The lists of runs and approvals in SQLite, written in the transaction of the events they follow from.</summary>
internal static class SqliteProjection
{
    public const string RunColumns = "run_id, session_id, agent, principal, request, status, started_at, updated_at, parent_run_id";

    public static void Apply(SqliteConnection connection, SqliteRunRows runs, string sessionId, RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunStarted started:
                runs.Insert(JournalProjection.Start(sessionId, started));
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
            runs.SetStatus(runEvent.RunId, status, runEvent.Time);
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

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
