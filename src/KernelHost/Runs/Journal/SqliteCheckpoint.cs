using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>
/// Moves what was committed from the write-ahead log into the database, on a connection and a thread of its own, so that no append waits
/// for it. What was committed is durable without it; it only keeps the log short.
/// </summary>
internal sealed class SqliteCheckpoint(string path) : IDisposable
{
    private const int PageSize = 4096;

    /// <summary>About 16 MB.</summary>
    private const long PagesBetween = 4096;

    /// <summary>About 128 MB. Under a load that never pauses the log cannot begin anew; then, rarely, the writer has to finish the rest itself.</summary>
    private const long PagesAtMost = 32768;

    // An append touches a page of each of: events, its index, sessions, and one of a list.
    private const int PagesPerAppend = 4;

    private Task _running = Task.CompletedTask;
    private long _pages;
    private bool _overdue;

    /// <summary>Called after each commit by the writer, on its connection.</summary>
    public void AfterCommit(SqliteConnection writer, IReadOnlyList<PendingAppend> group)
    {
        for (var i = 0; i < group.Count; i++)
        {
            _pages += PagesPerAppend + (group[i].Bytes / PageSize);
        }

        if (_pages < PagesBetween || !_running.IsCompleted)
        {
            return;
        }

        _pages = 0;
        if (Volatile.Read(ref _overdue))
        {
            _overdue = false;
            TryRun(writer);
        }
        else
        {
            _running = Task.Run(RunApart);
        }
    }

    public void Dispose() => _running.Wait();

    private void RunApart()
    {
        try
        {
            using var connection = SqliteJournalFile.Connect(path);
            Volatile.Write(ref _overdue, TryRun(connection) > PagesAtMost);
        }
        catch (SqliteException)
        {
            // The file cannot be opened once more. The log stays as it is and the next round tries again; appends will tell if it is serious.
        }
    }

    /// <returns>The pages in the log; -1 when that is not known.</returns>
    private static long TryRun(SqliteConnection connection)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
            using var reader = command.ExecuteReader();
            return reader.Read() ? reader.GetInt64(1) : -1;
        }
        catch (SqliteException)
        {
            // Nothing is lost: what is in the log is durable and is read from there.
            return -1;
        }
    }
}
