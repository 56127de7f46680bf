using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>
/// Moves what was committed from the write-ahead log into the database, a little at a time and after the callers have been told. What was
/// committed is durable without it; it keeps the log short.
/// </summary>
/// <remarks>
/// Not on a thread of its own: a sync of the database makes every sync of the log beside it wait for as long, and since commits go on the
/// log is never all moved, so that one of them has to wait for the rest anyway (docs/decisions/checkpoints-between-commits.md).
/// </remarks>
internal sealed class SqliteCheckpoint(SqliteConnection writer)
{
    private const int PageSize = 4096;

    // How long a checkpoint takes is how long the next commit may wait. One or two megabytes of log.
    private const long CostBetween = 512;

    // In pages that are written in a row. Each session has pages of its own in the indexes, and those lie apart.
    private const long CostPerSession = 4;

    private readonly HashSet<string> _sessions = new(StringComparer.Ordinal);
    private long _cost;

    /// <summary>Called on the thread that commits, after each group and when its callers know.</summary>
    public void AfterCommit(IReadOnlyList<PendingAppend> group)
    {
        for (var i = 0; i < group.Count; i++)
        {
            _cost += 1 + (group[i].Bytes / PageSize) + (_sessions.Add(group[i].SessionId) ? CostPerSession : 0);
        }

        if (_cost >= CostBetween)
        {
            _cost = 0;
            _sessions.Clear();
            Run();
        }
    }

    private void Run()
    {
        try
        {
            SqliteJournalSchema.Execute(writer, "PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException)
        {
            // Nothing is lost: what is in the log is durable and is read from there. Appends will tell if it is serious.
        }
    }
}
