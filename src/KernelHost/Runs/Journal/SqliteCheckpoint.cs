using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KernelHost.Runs.Journal;

/// <summary>
/// Moves what was committed from the write-ahead log into the database, on a connection and a thread of its own, so that appends need
/// not wait for it. What was committed is durable without it; it only keeps the log short.
/// </summary>
internal sealed class SqliteCheckpoint(string path) : IDisposable
{
    /// <summary>About 16 MB.</summary>
    private const int PagesBetween = 4096;

    // The thread goes over the log again for what was committed meanwhile, each time for less, until a pass had this little to do. So short a
    // one is seldom overtaken, and only one that is not overtaken syncs the database: otherwise the writer, who does the rest, waits for all of it.
    private const int FewPages = 256;
    private const int MostPasses = 5;

    // https://www.sqlite.org/c3ref/c_dbstatus_options.html
    private const int PagesWritten = 9;

    private Task _running = Task.CompletedTask;
    private int _pages;
    private bool _rest;

    /// <summary>Called after each commit by the writer, on its connection.</summary>
    public void AfterCommit(SqliteConnection writer)
    {
        if (raw.sqlite3_db_status(writer.Handle, PagesWritten, out var pages, out _, resetFlg: 1) == raw.SQLITE_OK)
        {
            _pages += pages;
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
            Move(writer);
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
            var before = 0L;
            for (var pass = 0; pass < MostPasses && Move(connection) is var moved && moved - before > FewPages; pass++)
            {
                before = moved;
            }
        }
        catch (SqliteException)
        {
            // The file cannot be opened once more. The log stays as it is and the next round tries again; appends will tell if it is serious.
        }
    }

    // Returns how much of the log has been moved. An error loses nothing: what is in the log is durable and is read from there. The statement,
    // unlike the function of the same name, works on a connection that has not read yet.
    private static long Move(SqliteConnection connection)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
            using var reader = command.ExecuteReader();
            return reader.Read() && !reader.IsDBNull(2) ? reader.GetInt64(2) : 0;
        }
        catch (SqliteException)
        {
            return 0;
        }
    }
}
