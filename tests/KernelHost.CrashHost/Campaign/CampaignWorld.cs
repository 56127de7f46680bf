using System.Globalization;
using Microsoft.Data.Sqlite;

namespace KernelHost.CrashHost.Campaign;

/// <summary>
/// What really happened outside, in a database that the host knows nothing of: every execution of every tool, every model call, and every
/// answer that people were told had been taken. Survives a killed process. Safe for concurrent use.
/// </summary>
internal sealed class CampaignWorld : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    public CampaignWorld(string directory)
    {
        _connection = new SqliteConnection($"Data Source={Path.Combine(directory, "world.db")};Pooling=False");
        _connection.Open();
        Execute("PRAGMA busy_timeout=5000");
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=OFF");
        Execute("CREATE TABLE IF NOT EXISTS executions (key TEXT NOT NULL, effect TEXT NOT NULL)");
        Execute("CREATE INDEX IF NOT EXISTS executions_by_key ON executions (key)");
        Execute("CREATE TABLE IF NOT EXISTS model_calls (tokens INTEGER NOT NULL)");
        Execute("CREATE TABLE IF NOT EXISTS answers (approval_id TEXT NOT NULL, answer TEXT NOT NULL)");
    }

    public void Do(ToolEffect effect, string key) =>
        Execute("INSERT INTO executions (key, effect) VALUES ($a, $b)", key, effect.ToString());

    public bool Happened(string key) => Count("SELECT count(*) FROM executions WHERE key = $a", key) > 0;

    /// <summary>The model was asked, whether anybody will know the answer or not.</summary>
    public void Asked(long tokens) => Execute("INSERT INTO model_calls (tokens) VALUES (CAST($a AS INTEGER))", tokens.ToString(CultureInfo.InvariantCulture));

    /// <summary>How often the model was asked, and for how many tokens.</summary>
    public (long Calls, long Tokens) ModelCalls() => Read("SELECT count(*), coalesce(sum(tokens), 0) FROM model_calls", row => (row.GetInt64(0), row.GetInt64(1)))[0];

    /// <summary>Somebody was told that this answer has been taken.</summary>
    public void Answered(string approvalId, string answer) => Execute("INSERT INTO answers (approval_id, answer) VALUES ($a, $b)", approvalId, answer);

    /// <summary>Each execution's key and effect, and how often it was executed.</summary>
    public IReadOnlyList<(string Key, ToolEffect Effect, int Times)> Executions() =>
        Read("SELECT key, effect, count(*) FROM executions GROUP BY key, effect", row => (row.GetString(0), Enum.Parse<ToolEffect>(row.GetString(1)), row.GetInt32(2)));

    public IReadOnlyList<(string ApprovalId, string Answer)> Answers() =>
        Read("SELECT approval_id, answer FROM answers", row => (row.GetString(0), row.GetString(1)));

    public void Dispose() => _connection.Dispose();

    private void Execute(string sql, string? a = null, string? b = null)
    {
        lock (_gate)
        {
            using var command = Command(sql, a, b);
            command.ExecuteNonQuery();
        }
    }

    private long Count(string sql, string a)
    {
        lock (_gate)
        {
            using var command = Command(sql, a, null);
            return (long)command.ExecuteScalar()!;
        }
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> read)
    {
        lock (_gate)
        {
            using var command = Command(sql, null, null);
            using var row = command.ExecuteReader();
            List<T> all = [];
            while (row.Read())
            {
                all.Add(read(row));
            }

            return all;
        }
    }

    private SqliteCommand Command(string sql, string? a, string? b)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        if (a is not null)
        {
            command.Parameters.AddWithValue("$a", a);
        }

        if (b is not null)
        {
            command.Parameters.AddWithValue("$b", b);
        }

        return command;
    }
}
