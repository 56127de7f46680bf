using System.Globalization;
using KernelHost.Memory.Sqlite;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Storage;

/// <summary>
/// The tables of an index file. Vectors and words have one table per collection, so that BM25 counts words per collection only and
/// a collection's vectors lie side by side.
/// </summary>
internal static class MemorySchema
{
    public const int Version = 1;

    // "KHM1": tells our files from other databases that also carry a small user_version.
    private const int ApplicationId = 0x4B484D31;

    private const string Tables =
        """
        CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            model TEXT NOT NULL,
            dimensions INTEGER NOT NULL,
            format INTEGER NOT NULL,
            generation INTEGER NOT NULL);
        CREATE TABLE documents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            collection_id INTEGER NOT NULL REFERENCES collections (id),
            path TEXT NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            hash TEXT NOT NULL,
            title TEXT,
            skipped TEXT,
            warning TEXT,
            generation INTEGER NOT NULL,
            UNIQUE (collection_id, path));
        CREATE TABLE chunks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            collection_id INTEGER NOT NULL REFERENCES collections (id),
            document_id INTEGER NOT NULL REFERENCES documents (id),
            ordinal INTEGER NOT NULL,
            section TEXT,
            text TEXT NOT NULL,
            hash TEXT NOT NULL);
        CREATE INDEX chunks_of_document ON chunks (document_id, ordinal);
        CREATE INDEX chunks_by_hash ON chunks (collection_id, hash);
        CREATE TABLE pending_vectors (
            model TEXT NOT NULL,
            hash TEXT NOT NULL,
            created INTEGER NOT NULL,
            vector BLOB NOT NULL,
            PRIMARY KEY (model, hash));
        """;

    public static string Vectors(long collectionId) => FormattableString.Invariant($"vectors_{collectionId}");

    public static string Words(long collectionId) => FormattableString.Invariant($"words_{collectionId}");

    /// <summary>Creates the tables in a new file; refuses a file of somebody else or of a newer host.</summary>
    public static void Ensure(SqliteConnection connection, string path)
    {
        if (IsReady(connection, path))
        {
            return;
        }

        Statement.Run(connection, "PRAGMA journal_mode=WAL");
        using var transaction = connection.BeginTransaction();
        // Another process may have been faster while this one waited for the lock.
        if (!IsReady(connection, path))
        {
            Statement.Run(connection, Tables);
            Statement.Run(connection, FormattableString.Invariant($"PRAGMA application_id={ApplicationId}; PRAGMA user_version={Version};"));
        }

        transaction.Commit();
    }

    public static void CreateCollectionTables(SqliteConnection connection, long collectionId)
    {
        Statement.Run(connection, $"CREATE TABLE {Vectors(collectionId)} (chunk_id INTEGER PRIMARY KEY, vector BLOB NOT NULL)");
        // The words come normalised (see SearchWords), so the tokenizer only has to cut at blanks. No content: the text stands in chunks.
        Statement.Run(connection,
            $"""
            CREATE VIRTUAL TABLE {Words(collectionId)} USING fts5(
                title, section, body, content='', contentless_delete=1,
                tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'")
            """);
    }

    public static void DropCollectionTables(SqliteConnection connection, long collectionId)
    {
        Statement.Run(connection, $"DROP TABLE {Vectors(collectionId)}");
        Statement.Run(connection, $"DROP TABLE {Words(collectionId)}");
    }

    private static bool IsReady(SqliteConnection connection, string path)
    {
        var version = Statement.Number(connection, "PRAGMA user_version");
        if (version == 0 && Statement.Number(connection, "SELECT count(*) FROM sqlite_master") == 0)
        {
            return false;
        }

        if (Statement.Number(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw new MemoryException($"The file '{path}' is a database of another program, not a memory index. Configure another path.", path);
        }

        return version <= Version
            ? true
            : throw new MemoryException(string.Create(CultureInfo.InvariantCulture,
                $"The memory index '{path}' has format '{version}', but this host knows formats up to '{Version}'. Update the host, or build the index anew. {MemoryFailure.Rebuild(path)}"), path);
    }
}
