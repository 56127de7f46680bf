using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>
/// Moves what was committed from the write-ahead log into the database, on a connection and a thread of its own, so that appends need
/// not wait for it. What was committed is durable without it; it only keeps the log short.
/// </summary>
internal sealed class SqliteCheckpoint(string path) : IDisposable
{
    private const int PageSize = 4096;

    /// <summary>About 16 MB.</summary>
    private const long PagesBetween = 4096;

    // An append touches a page of each of: events, its index, sessions, and one of a list.
    private const int PagesPerAppend = 4;

    private Task _running = Task.CompletedTask;
    private long _pages;
    private bool _rest;

    /// <summary>Called after each commit by the writer, on its connection.</summary>
    public void AfterCommit(SqliteConnection writer, IReadOnlyList<PendingAppend> group)
    {
        for (var i = 0; i < group.Count; i++)
        {
            _pages += PagesPerAppend + (group[i].Bytes / PageSize);
        }

        if (!_running.IsCompleted)
        {
            return;
        }

        if (_rest)
        {
            // The few pages that were committed meanwhile. Only when nothing is left can the log begin anew; under a load that never
            // pauses it would grow with every commit.
            _rest = false;
            TryRun(writer);
        }
        else if (_pages >= PagesBetween)
        {
            _pages = 0;
            _rest = true;
            _running = Task.Run(RunApart);
        }
    }

    public void Dispose() => _running.Wait();

    private void RunApart()
    {
        try
        {
            using var connection = SqliteJournalFile.Connect(path);
            TryRun(connection);
        }
        catch (SqliteException)
        {
            // The file cannot be opened once more. The log stays as it is and the next round tries again; appends will tell if it is serious.
        }
    }

    private static void TryRun(SqliteConnection connection)
    {
        try
        {
            SqliteJournalSchema.Execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException)
        {
            // Nothing is lost: what is in the log is durable and is read from there.
        }
    }
}
