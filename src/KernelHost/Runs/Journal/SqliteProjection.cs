using System.Text.Json;
using KernelHost.Runs.Events;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>The lists of runs and approvals in SQLite, written in the transaction of the events they follow from.</summary>
internal static class SqliteProjection
{
    public const string RunColumns = "run_id, session_id, agent, principal, request, status, started_at, updated_at, parent_run_id";

    public const string ApprovalColumns =
        "approval_id, session_id, run_id, call_id, kind, tool, plugin_version, arguments, digest, reason, status, requested_at, decided_at, decided_by, answer, answer_reason";

    public static void Apply(SqliteConnection connection, string sessionId, RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunStarted started:
                InsertRun(connection, JournalProjection.Start(sessionId, started));
                return;
            case ApprovalRequested requested:
                Void(connection, requested);
                InsertApproval(connection, JournalProjection.Ask(sessionId, requested));
                return;
            case CallFailed failed:
                Void(connection, failed);
                return;
            case ApprovalDecided decided:
                Execute(
                    connection,
                    "UPDATE approvals SET status = 'Decided', decided_at = $at, decided_by = $by, answer = $answer, answer_reason = $reason WHERE approval_id = $id",
                    ("$at", Ticks(decided.Time)), ("$by", decided.DecidedBy), ("$answer", decided.Answer.ToString()), ("$reason", decided.Reason), ("$id", decided.ApprovalId));
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

    public static ApprovalSummary ReadApproval(SqliteDataReader row) => new()
    {
        ApprovalId = row.GetString(0),
        SessionId = row.GetString(1),
        RunId = row.GetString(2),
        CallId = row.GetString(3),
        Kind = Enum.Parse<ApprovalKind>(row.GetString(4)),
        Tool = row.GetString(5),
        PluginVersion = row.GetString(6),
        Arguments = JsonElement.Parse(row.GetString(7)),
        Digest = row.GetString(8),
        Reason = row.GetString(9),
        Status = Enum.Parse<ApprovalStatus>(row.GetString(10)),
        RequestedAt = Time(row.GetInt64(11)),
        DecidedAt = row.IsDBNull(12) ? null : Time(row.GetInt64(12)),
        DecidedBy = row.IsDBNull(13) ? null : row.GetString(13),
        Answer = row.IsDBNull(14) ? null : Enum.Parse<ApprovalAnswer>(row.GetString(14)),
        AnswerReason = row.IsDBNull(15) ? null : row.GetString(15),
    };

    private static void InsertRun(SqliteConnection connection, RunSummary run) => Execute(
        connection,
        $"INSERT INTO runs ({RunColumns}) VALUES ($run, $session, $agent, $principal, $request, $status, $started, $updated, $parent)",
        ("$run", run.RunId), ("$session", run.SessionId), ("$agent", run.Agent), ("$principal", run.Principal), ("$request", run.Request),
        ("$status", run.Status.ToString()), ("$started", Ticks(run.StartedAt)), ("$updated", Ticks(run.UpdatedAt)), ("$parent", run.ParentRunId));

    // A call that is closed, or asked about anew, has no open question.
    private static void Void(SqliteConnection connection, CallEvent call) => Execute(
        connection,
        "UPDATE approvals SET status = 'Void' WHERE run_id = $run AND call_id = $call AND status = 'Pending'",
        ("$run", call.RunId), ("$call", call.CallId));

    private static void InsertApproval(SqliteConnection connection, ApprovalSummary approval) => Execute(
            connection,
            $"INSERT INTO approvals ({ApprovalColumns}) VALUES ($id, $session, $run, $call, $kind, $tool, $version, $arguments, $digest, $reason, $status, $requested, NULL, NULL, NULL, NULL)",
            ("$id", approval.ApprovalId), ("$session", approval.SessionId), ("$run", approval.RunId), ("$call", approval.CallId),
            ("$kind", approval.Kind.ToString()), ("$tool", approval.Tool), ("$version", approval.PluginVersion), ("$arguments", approval.Arguments.GetRawText()),
            ("$digest", approval.Digest), ("$reason", approval.Reason), ("$status", approval.Status.ToString()), ("$requested", Ticks(approval.RequestedAt)));

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
