using KernelHost.Memory.Records;
using KernelHost.Storage;
using KernelHost.Text;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>A collection and its content as they stand in the file at one moment.</summary>
internal sealed class CollectionEntry
{
    private CollectionEntry(SqliteStatement statement, string name)
    {
        Name = name;
        Id = statement.Number(0);
        Version = statement.Number(1);
        Properties = statement.Bytes(2);
        Content = statement.Number(3);
        SchemaBytes = statement.Bytes(4);
        Words = (int)statement.Number(5);
        LogFrom = statement.Number(6);
    }

    public string Name { get; }

    public long Id { get; }

    public long Version { get; }

    public byte[] Properties { get; }

    public long Content { get; }

    public byte[] SchemaBytes { get; }

    /// <summary>The version of the words that the keyword index holds.</summary>
    public int Words { get; }

    /// <summary>From which version on all deletions are known.</summary>
    public long LogFrom { get; }

    public static CollectionEntry? Find(SqliteConnection connection, string name)
    {
        using var statement = new SqliteStatement(connection,
            "SELECT c.id, c.version, c.properties, c.content, t.schema, t.words, t.log_from FROM collections c JOIN contents t ON t.id = c.content WHERE c.name = ?1");
        statement.BindAll(TextBytes.Encode(name));
        return statement.Step() ? new CollectionEntry(statement, name) : null;
    }

    /// <exception cref="MemoryException">There is no such collection.</exception>
    public static CollectionEntry Get(SqliteConnection connection, string name, SqliteFile file) => Find(connection, name)
        ?? throw new MemoryException($"There is no collection '{name}' in {file.Description}.{NearestName.Hint(name, List(connection))} Ingest its documents first.", file.Path);

    public static IReadOnlyList<string> List(SqliteConnection connection)
    {
        List<string> names = [];
        using var statement = new SqliteStatement(connection, "SELECT name FROM collections ORDER BY name");
        while (statement.Step())
        {
            names.Add(TextBytes.Decode(statement.Blob(0)));
        }

        return names;
    }
}
