using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>A connection to a journal file, and what SQLite's errors mean for it. Not thread-safe.</summary>
internal sealed class SqliteJournalFile : IDisposable
{
    private SqliteJournalFile(string path, SqliteConnection connection)
    {
        Path = path;
        Connection = connection;
    }

    public string Path { get; }

    public SqliteConnection Connection { get; }

    /// <summary>Opens the file, creating it or bringing it up to date.</summary>
    /// <exception cref="JournalException">It cannot be opened, is no journal, or is of a newer format.</exception>
    public static SqliteJournalFile Open(string path)
    {
        var file = OpenPrepared(path);
        try
        {
            file.Run(connection =>
            {
                SqliteJournalSchema.Prepare(connection, path);
                return true;
            });
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>One more connection to a file that <see cref="Open"/> has prepared.</summary>
    public static SqliteJournalFile OpenPrepared(string path)
    {
        var file = new SqliteJournalFile(path, Create(path));
        try
        {
            file.Run(static connection =>
            {
                Connect(connection);
                return true;
            });
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Does work on the connection and turns SQLite's errors into ones that name the file and the cure.</summary>
    public T Run<T>(Func<SqliteConnection, T> work)
    {
        try
        {
            return work(Connection);
        }
        catch (SqliteException exception)
        {
            throw new JournalException(Explain(exception), exception);
        }
    }

    public void Dispose() => Connection.Dispose();

    // SQLite itself looks again within milliseconds when another process commits; the provider would sleep 150 ms each time.
    private static void Connect(SqliteConnection connection)
    {
        connection.Open();
        SqliteJournalSchema.Execute(connection, "PRAGMA busy_timeout=5000;");
    }

    private static SqliteConnection Create(string path) => new(new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        DefaultTimeout = 5,
        Pooling = false,
    }.ToString());

    // Primary result codes: https://www.sqlite.org/rescode.html
    private string Explain(SqliteException exception) => exception.SqliteErrorCode switch
    {
        5 or 6 => $"The journal '{Path}' is locked by another process. Wait for it, or end it, and try again; nothing was lost.",
        8 => $"The journal '{Path}' is read-only. Make the file and its directory writable, or set KernelHost:DataDirectory to a directory that is.",
        11 => $"The journal '{Path}' is damaged. Keep a copy of it, restore it from a backup, or set KernelHost:DataDirectory to a new directory.",
        13 => $"The disk that holds the journal '{Path}' is full. Free some space and resume the run; what was written before is kept.",
        14 => $"The journal '{Path}' cannot be opened. Check that its directory exists and that this user may read and write it.",
        26 => $"The file '{Path}' is not a journal (not an SQLite database). Move it away, or set KernelHost:DataDirectory to another directory.",
        _ => $"The journal '{Path}' failed: {exception.Message} Nothing that was acknowledged before is lost.",
    };
}
