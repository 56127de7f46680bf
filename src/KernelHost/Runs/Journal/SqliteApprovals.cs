using System.Text.Json;
using KernelHost.Runs.Approvals;
using KernelHost.Runs.Events;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>The list of approvals in SQLite. A row is read, moved on by <see cref="ApprovalMachine"/>, and written, in the transaction of the event.</summary>
internal static class SqliteApprovals
{
    public const string Columns =
        "approval_id, session_id, run_id, call_id, kind, tool, plugin_version, arguments, digest, reason, status, requested_at, decided_at, decided_by, answer, answer_reason, details";

    /// <summary>
    /// What format 3 adds. What was only 'Decided' before is brought up to date from the events of its call: the last one tells what became of it.
    /// </summary>
    public const string Addition = """
        ALTER TABLE approvals ADD COLUMN details TEXT;
        CREATE TEMP TABLE outcomes AS
            SELECT session_id, seq, json_extract(CAST(payload AS TEXT), '$.runId') AS run_id, json_extract(CAST(payload AS TEXT), '$.callId') AS call_id,
                json_extract(CAST(payload AS TEXT), '$.type') AS type, json_extract(CAST(payload AS TEXT), '$.approvalId') AS approval_id
            FROM events
            WHERE session_id IN (SELECT session_id FROM approvals WHERE status = 'Decided') AND json_valid(CAST(payload AS TEXT))
                AND json_extract(CAST(payload AS TEXT), '$.type') IN ('call-started', 'call-completed', 'call-failed', 'approval-requested');
        UPDATE approvals SET status = CASE
            WHEN answer = 'Denied' THEN 'Denied'
            WHEN answer IN ('Happened', 'Abandoned') THEN 'Resolved'
            WHEN EXISTS (SELECT 1 FROM outcomes o WHERE o.run_id = approvals.run_id AND o.call_id = approvals.call_id AND o.type = 'approval-requested'
                AND o.seq > (SELECT max(a.seq) FROM outcomes a WHERE a.type = 'approval-requested' AND a.approval_id = approvals.approval_id AND a.session_id = o.session_id)) THEN 'Reopened'
            WHEN EXISTS (SELECT 1 FROM outcomes o WHERE o.type = 'call-started' AND o.approval_id = approvals.approval_id) THEN coalesce(
                (SELECT CASE o.type WHEN 'call-completed' THEN 'Done' ELSE 'Failed' END FROM outcomes o
                    WHERE o.run_id = approvals.run_id AND o.call_id = approvals.call_id AND o.type IN ('call-completed', 'call-failed')), 'Executing')
            WHEN EXISTS (SELECT 1 FROM outcomes o WHERE o.run_id = approvals.run_id AND o.call_id = approvals.call_id AND o.type = 'call-failed') THEN 'Void'
            ELSE 'Approved' END
        WHERE status = 'Decided';
        DROP TABLE outcomes;
        CREATE TABLE remembered (
            remembered_id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL,
            tool TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            content TEXT NOT NULL);
        CREATE INDEX remembered_by_tool ON remembered (tool, expires_at);
        """;

    /// <summary>Moves on every open approval of the call.</summary>
    public static void Apply(SqliteConnection connection, CallEvent call)
    {
        using var select = connection.CreateCommand();
        select.CommandText = $"SELECT {Columns} FROM approvals WHERE run_id = $run AND call_id = $call AND status IN ('Pending', 'Approved', 'Executing')";
        select.Parameters.AddWithValue("$run", call.RunId);
        select.Parameters.AddWithValue("$call", call.CallId);
        Move(connection, select, approval => ApprovalMachine.Apply(approval, call));
    }

    /// <summary>Moves on the approval that the input is about.</summary>
    public static void Apply(SqliteConnection connection, ApprovalInput input)
    {
        using var select = connection.CreateCommand();
        select.CommandText = $"SELECT {Columns} FROM approvals WHERE approval_id = $id AND run_id = $run";
        select.Parameters.AddWithValue("$id", input.ApprovalId);
        select.Parameters.AddWithValue("$run", input.RunId);
        Move(connection, select, approval => ApprovalMachine.Apply(approval, input));
    }

    public static void Insert(SqliteConnection connection, ApprovalSummary approval)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO approvals ({Columns}) VALUES ($id, $session, $run, $call, $kind, $tool, $version, $arguments, $digest, $reason, $status, $requested, NULL, NULL, NULL, NULL, $details)";
        command.Parameters.AddWithValue("$session", approval.SessionId);
        command.Parameters.AddWithValue("$run", approval.RunId);
        command.Parameters.AddWithValue("$call", approval.CallId);
        command.Parameters.AddWithValue("$kind", approval.Kind.ToString());
        command.Parameters.AddWithValue("$tool", approval.Tool);
        command.Parameters.AddWithValue("$version", approval.PluginVersion);
        command.Parameters.AddWithValue("$reason", approval.Reason);
        command.Parameters.AddWithValue("$requested", approval.RequestedAt.UtcTicks);
        AddChanging(command, approval);
        command.ExecuteNonQuery();
    }

    public static void Remember(SqliteConnection connection, string sessionId, RememberedApproval remembered)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO remembered (remembered_id, session_id, tool, created_at, expires_at, content) VALUES ($id, $session, $tool, $created, $expires, $content)";
        command.Parameters.AddWithValue("$id", remembered.RememberedId);
        command.Parameters.AddWithValue("$session", sessionId);
        command.Parameters.AddWithValue("$tool", remembered.Tool);
        command.Parameters.AddWithValue("$created", remembered.CreatedAt.UtcTicks);
        command.Parameters.AddWithValue("$expires", remembered.ExpiresAt.UtcTicks);
        command.Parameters.AddWithValue("$content", JsonSerializer.Serialize(remembered, RunEventJson.Default.RememberedApproval));
        command.ExecuteNonQuery();
    }

    public static void Forget(SqliteConnection connection, string rememberedId)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM remembered WHERE remembered_id = $id";
        command.Parameters.AddWithValue("$id", rememberedId);
        command.ExecuteNonQuery();
    }

    public static RememberedApproval ReadRemembered(SqliteDataReader row) => JsonSerializer.Deserialize(row.GetString(0), RunEventJson.Default.RememberedApproval)!;

    public static ApprovalSummary Read(SqliteDataReader row) => new()
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
        Details = row.IsDBNull(16) ? new ApprovalDetails() : JsonSerializer.Deserialize(row.GetString(16), ApprovalDetailsJson.Default.ApprovalDetails)!,
    };

    private static void Move(SqliteConnection connection, SqliteCommand select, Func<ApprovalSummary, ApprovalSummary> next)
    {
        List<ApprovalSummary> found = [];
        using (var reader = select.ExecuteReader())
        {
            while (reader.Read())
            {
                found.Add(Read(reader));
            }
        }

        foreach (var approval in found)
        {
            if (next(approval) is var moved && !ReferenceEquals(moved, approval))
            {
                Update(connection, moved);
            }
        }
    }

    private static void Update(SqliteConnection connection, ApprovalSummary approval)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            UPDATE approvals SET arguments = $arguments, digest = $digest, status = $status, decided_at = $at, decided_by = $by, answer = $answer,
                answer_reason = $because, details = $details
            WHERE approval_id = $id
            """;
        command.Parameters.AddWithValue("$at", (object?)approval.DecidedAt?.UtcTicks ?? DBNull.Value);
        command.Parameters.AddWithValue("$by", (object?)approval.DecidedBy ?? DBNull.Value);
        command.Parameters.AddWithValue("$answer", (object?)approval.Answer?.ToString() ?? DBNull.Value);
        command.Parameters.AddWithValue("$because", (object?)approval.AnswerReason ?? DBNull.Value);
        AddChanging(command, approval);
        command.ExecuteNonQuery();
    }

    private static void AddChanging(SqliteCommand command, ApprovalSummary approval)
    {
        command.Parameters.AddWithValue("$id", approval.ApprovalId);
        command.Parameters.AddWithValue("$arguments", approval.Arguments.GetRawText());
        command.Parameters.AddWithValue("$digest", approval.Digest);
        command.Parameters.AddWithValue("$status", approval.Status.ToString());
        command.Parameters.AddWithValue("$details", JsonSerializer.Serialize(approval.Details, ApprovalDetailsJson.Default.ApprovalDetails));
    }

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
