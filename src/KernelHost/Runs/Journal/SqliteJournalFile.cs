using System.Globalization;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>The connection to a journal file, its schema, and what SQLite's errors mean for it. Used under the journal's lock.</summary>
internal sealed class SqliteJournalFile : IDisposable
{
    private const int SchemaVersion = 1;

    private const string Schema = """
        CREATE TABLE events (
            session_id TEXT NOT NULL,
            seq INTEGER NOT NULL,
            payload BLOB NOT NULL,
            UNIQUE (session_id, seq));
        CREATE TABLE runs (
            run_id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL,
            agent TEXT NOT NULL,
            principal TEXT NOT NULL,
            request TEXT NOT NULL,
            status TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL);
        CREATE INDEX runs_by_start ON runs (started_at DESC);
        CREATE TABLE approvals (
            approval_id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL,
            run_id TEXT NOT NULL,
            call_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            tool TEXT NOT NULL,
            plugin_version TEXT NOT NULL,
            arguments TEXT NOT NULL,
            digest TEXT NOT NULL,
            reason TEXT NOT NULL,
            status TEXT NOT NULL,
            requested_at INTEGER NOT NULL,
            decided_at INTEGER,
            decided_by TEXT,
            answer TEXT,
            answer_reason TEXT);
        CREATE INDEX approvals_by_status ON approvals (status, requested_at DESC);
        CREATE INDEX approvals_by_run ON approvals (run_id);
        """;

    private readonly SqliteConnection _connection;

    private SqliteJournalFile(string path, SqliteConnection connection)
    {
        Path = path;
        _connection = connection;
    }

    public string Path { get; }

    public static SqliteJournalFile Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            DefaultTimeout = 5,
            Pooling = false,
        }.ToString());
        var file = new SqliteJournalFile(path, connection);
        try
        {
            file.Run(static connection =>
            {
                connection.Open();
                return true;
            });
            file.Run(file.Prepare);
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
            return work(_connection);
        }
        catch (SqliteException exception)
        {
            throw new JournalException(Explain(exception), exception);
        }
    }

    public void Dispose() => _connection.Dispose();

    private bool Prepare(SqliteConnection connection)
    {
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
        if (Version(connection) == SchemaVersion)
        {
            return true;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        switch (Version(connection))
        {
            case 0:
                Execute(connection, Schema + $"PRAGMA user_version={SchemaVersion};");
                transaction.Commit();
                return true;
            case SchemaVersion: // Another process created it between our two looks.
                return true;
            case var newer:
                throw new JournalException($"The journal '{Path}' was written by a newer version (format {newer}, this version knows {SchemaVersion}). Update KernelHost, or set KernelHost:DataDirectory to another directory. Nothing was changed.");
        }
    }

    private static long Version(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

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
