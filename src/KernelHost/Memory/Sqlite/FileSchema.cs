using System.Globalization;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>
/// What every file has: its collections, and their contents. A collection has one content; a second one exists while it is rebuilt, and a dead one until its
/// tables are gone (<see cref="ContentTables"/>).
/// </summary>
internal static class FileSchema
{
    public const int Version = 2;

    // The format before this one. All it held was made from documents.
    private const int Derived = 1;

    // "KHM1": tells our files from other databases that also carry a small user_version.
    private const int ApplicationId = 0x4B484D31;

    private const string Tables =
        """
        CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name BLOB NOT NULL UNIQUE,
            version INTEGER NOT NULL,
            properties BLOB NOT NULL,
            content INTEGER NOT NULL);
        CREATE TABLE contents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            collection INTEGER NOT NULL,
            schema BLOB NOT NULL,
            words INTEGER NOT NULL,
            next INTEGER NOT NULL,
            log_from INTEGER NOT NULL);
        """;

    /// <summary>Creates the tables in a new file; refuses a file of somebody else or of a newer host.</summary>
    public static void Ensure(SqliteConnection connection, string path)
    {
        if (IsReady(connection, path))
        {
            return;
        }

        // Only an empty file takes another page size: rows of a thousand bytes fill a page of 8 KiB better than one of 4.
        SqliteStatement.RunScript(connection, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL");
        using var transaction = connection.BeginTransaction();
        // Another process may have been faster while this one waited for the lock.
        if (!IsReady(connection, path))
        {
            DropAll(connection);
            SqliteStatement.RunScript(connection, Tables);
            SqliteStatement.RunScript(connection, FormattableString.Invariant($"PRAGMA application_id={ApplicationId}; PRAGMA user_version={Version};"));
        }

        transaction.Commit();
    }

    private static bool IsReady(SqliteConnection connection, string path)
    {
        var version = SqliteStatement.Number(connection, "PRAGMA user_version");
        if (version == 0 && SqliteStatement.Number(connection, "SELECT count(*) FROM sqlite_master") == 0)
        {
            return false;
        }

        if (SqliteStatement.Number(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw new MemoryException($"The file '{path}' is a database of another program, not one of memory. Configure another path.", path);
        }

        return version <= Version
            ? version > Derived
            : throw new MemoryException(string.Create(CultureInfo.InvariantCulture,
                $"The memory file '{path}' has format '{version}', but this host knows formats up to '{Version}'. Update the host, or configure another path. {MemoryFailure.Rebuild(path)}"), path);
    }

    // The tables of the former format. They held nothing that ingestion does not make anew, so that nobody has to delete the file by hand.
    private static void DropAll(SqliteConnection connection)
    {
        foreach (var pattern in new[] { "CREATE VIRTUAL TABLE%", "CREATE TABLE%" })
        {
            List<string> names = [];
            using (var statement = new SqliteStatement(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE ?1 AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"))
            {
                statement.BindAll(pattern);
                while (statement.Step())
                {
                    names.Add(statement.Text(0));
                }
            }

            foreach (var name in names)
            {
                SqliteStatement.RunScript(connection, $"DROP TABLE IF EXISTS \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            }
        }
    }
}
