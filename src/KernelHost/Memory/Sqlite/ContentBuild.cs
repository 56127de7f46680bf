using KernelHost.Memory.Ranking;
using KernelHost.Memory.Records;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>
/// A content that is not its collection's yet. A lock on a file beside the database tells other processes that somebody works on it; the system
/// lets go of it when the process dies, and the next one that writes clears the tables away.
/// </summary>
internal sealed class ContentBuild : IDisposable
{
    private readonly FileStream _lock;

    private ContentBuild(long content, FileStream @lock)
    {
        Content = content;
        _lock = @lock;
    }

    public long Content { get; }

    /// <summary>Begins one, in a transaction that writes.</summary>
    public static ContentBuild Begin(SqliteConnection connection, SqliteFile file, long collection, RecordSchema schema)
    {
        var content = Create(connection, collection, schema);
        return new ContentBuild(content, TryLock(file, content) ?? throw new MemoryException(
            $"The file '{LockFile(file, content)}' is in use, so that nothing can be built anew. Stop the process that uses it and try again.", file.Path));
    }

    /// <summary>Creates the tables of a content.</summary>
    public static long Create(SqliteConnection connection, long collection, RecordSchema schema)
    {
        var content = SqliteStatement.Number(
            connection, "INSERT INTO contents (collection, schema, words, next, log_from) VALUES (?1, ?2, ?3, 0, 0) RETURNING id", collection, SchemaBytes.Write(schema), SearchWords.Version);
        new ContentTables(content, schema.Vectors.Count).Create(connection);
        return content;
    }

    /// <summary>Deletes a content.</summary>
    public static void Drop(SqliteConnection connection, long content)
    {
        ContentTables tables;
        using (var statement = new SqliteStatement(connection, "SELECT schema FROM contents WHERE id = ?1"))
        {
            if (!statement.BindAll(content).Step())
            {
                return;
            }

            tables = new ContentTables(content, SchemaBytes.Read(statement.Blob(0)).Vectors.Count);
        }

        tables.Drop(connection);

        SqliteStatement.Run(connection, "DELETE FROM contents WHERE id = ?1", content);
    }

    /// <summary>Deletes contents that no collection has and nobody works on: those of rebuilds that were killed.</summary>
    public static void DropLeftovers(SqliteConnection connection, SqliteFile file)
    {
        List<long> contents = [];
        using (var statement = new SqliteStatement(connection, "SELECT id FROM contents WHERE id NOT IN (SELECT content FROM collections)"))
        {
            while (statement.Step())
            {
                contents.Add(statement.Number(0));
            }
        }

        foreach (var content in contents)
        {
            using var @lock = TryLock(file, content);
            if (@lock is not null)
            {
                Drop(connection, content);
            }
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(SqliteFile file, long content)
    {
        try
        {
            return new FileStream(LockFile(file, content), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            // Somebody works on it.
            return null;
        }
    }

    private static string LockFile(SqliteFile file, long content) => FormattableString.Invariant($"{file.Path}-build-{content}");
}
