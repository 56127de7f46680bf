using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal.Retention;

/// <summary>A session and those of the sub-runs below its runs. They are kept or removed together: neither makes sense without the other.</summary>
internal sealed class SessionFamily
{
    /// <summary>The sessions, that of the topmost run first.</summary>
    public HashSet<string> Sessions { get; } = new(StringComparer.Ordinal);

    /// <summary>The agents that worked in the topmost session. How long sub-runs are kept follows from these.</summary>
    public HashSet<string> Agents { get; } = new(StringComparer.Ordinal);

    public int Runs { get; private set; }

    public bool Waits { get; private set; }

    public bool IsUnfinished { get; private set; }

    public DateTimeOffset LastChange { get; private set; }

    /// <summary>All families of the file, as its list of runs tells.</summary>
    public static IReadOnlyCollection<SessionFamily> Read(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();

        // A sub-run starts after the run above it, so that one has its family by then.
        select.CommandText = "SELECT run_id, session_id, agent, status, updated_at, parent_run_id FROM runs ORDER BY started_at, rowid";
        using var row = select.ExecuteReader();
        Dictionary<string, SessionFamily> byRun = new(StringComparer.Ordinal);
        Dictionary<string, SessionFamily> bySession = new(StringComparer.Ordinal);
        while (row.Read())
        {
            var session = row.GetString(1);
            var above = row.IsDBNull(5) ? null : byRun.GetValueOrDefault(row.GetString(5));
            if (!bySession.TryGetValue(session, out var family))
            {
                bySession[session] = family = above ?? new SessionFamily();
            }

            byRun[row.GetString(0)] = family;
            family.Add(session, isTop: above is null, row.GetString(2), Enum.Parse<RunStatus>(row.GetString(3)), new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero));
        }

        return bySession.Values.ToHashSet();
    }

    private void Add(string session, bool isTop, string agent, RunStatus status, DateTimeOffset changed)
    {
        Sessions.Add(session);
        if (isTop)
        {
            Agents.Add(agent);
        }

        Runs++;
        LastChange = changed > LastChange ? changed : LastChange;
        Waits |= status == RunStatus.WaitingForApproval;
        IsUnfinished |= status is not (RunStatus.Completed or RunStatus.Stopped or RunStatus.Cancelled);
    }
}
