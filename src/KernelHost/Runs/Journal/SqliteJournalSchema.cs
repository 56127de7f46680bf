using System.Globalization;
using KernelHost.Runs.Journal.Retention;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>The tables of a journal file, and how a file of an older format becomes one of today.</summary>
internal static class SqliteJournalSchema
{
    /// <summary>The format this version writes, kept in the file as <c>user_version</c>.</summary>
    public const int Format = 3;

    // `hash` may not be null, so a process of format 1 that still has the file open cannot append past the chain: its insert fails.
    // Rowid tables with an index. For events of a kilobyte WITHOUT ROWID is three times slower and larger. The rows of sessions, whose ids are
    // random, stand in the order in which they began: those at work share a page, and a group of appends writes it once. (Files of before keep
    // them by id, which the same statements read and write.)
    public const string Events = """
        CREATE TABLE events (
            session_id TEXT NOT NULL,
            seq INTEGER NOT NULL,
            version INTEGER NOT NULL,
            payload BLOB NOT NULL,
            parts BLOB,
            hash BLOB NOT NULL,
            UNIQUE (session_id, seq));
        CREATE TABLE sessions (
            session_id TEXT PRIMARY KEY NOT NULL,
            seq INTEGER NOT NULL,
            hash BLOB NOT NULL);
        CREATE TABLE contents (
            hash BLOB PRIMARY KEY,
            bytes BLOB NOT NULL);
        """;

    private const string Lists = """
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

    /// <summary>What format 3 adds to format 2, feature by feature: each keeps its tables and columns in a constant of its own.</summary>
    private static readonly string[] Additions =
    [
        SqliteSubRuns.Schema,
        SqliteSnapshots.Table,
        SqliteApprovals.Addition,
        SqlitePruned.Table,
    ];

    /// <summary>Creates the tables, or brings those of an older format up to date, in one transaction.</summary>
    /// <exception cref="JournalException">The file is of a newer format.</exception>
    public static void Prepare(SqliteConnection connection, string path)
    {
        // The first concerns new files only: they can give space back without being written anew.
        Execute(connection, "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
        if (Version(connection) == Format)
        {
            return;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        switch (Version(connection))
        {
            case 0:
                Execute(connection, Events + Lists);
                Add(connection);
                break;
            case 1:
                JournalFormat1.Migrate(connection);
                Add(connection);
                break;
            case 2:
                Add(connection);
                break;
            case Format: // Another process did it between our two looks.
                return;
            case var newer:
                throw new JournalException($"The journal '{path}' was written by a newer version (format {newer}, this version knows {Format}). Update KernelHost, or set KernelHost:DataDirectory to another directory. Nothing was changed.");
        }

        Execute(connection, $"PRAGMA user_version={Format};");
        transaction.Commit();
    }

    /// <summary>Runs statements that are constants of this program.</summary>
    public static void Execute(SqliteConnection connection, string sql) => SqliteStatement.RunScript(connection, sql);

    private static void Add(SqliteConnection connection)
    {
        foreach (var addition in Additions)
        {
            Execute(connection, addition);
        }
    }

    private static long Version(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
