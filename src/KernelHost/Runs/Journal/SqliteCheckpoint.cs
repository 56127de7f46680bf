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

    // About 2 MB of log. How long a checkpoint takes is how long the next commit may wait.
    private const long PagesBetween = 1024;

    // An append touches a page of each of: events, its index, sessions, and one of a list.
    private const int PagesPerAppend = 4;

    private long _pages;

    /// <summary>Called on the thread that commits, after each group and when its callers know.</summary>
    public void AfterCommit(IReadOnlyList<PendingAppend> group)
    {
        for (var i = 0; i < group.Count; i++)
        {
            _pages += PagesPerAppend + (group[i].Bytes / PageSize);
        }

        if (_pages >= PagesBetween)
        {
            _pages = 0;
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
