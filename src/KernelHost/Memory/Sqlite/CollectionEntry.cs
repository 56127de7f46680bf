using KernelHost.Memory.Records;
using KernelHost.Text;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>A collection and its content as they stand in the file at one moment.</summary>
internal sealed class CollectionEntry
{
    private CollectionEntry(SqliteDataReader reader, string name)
    {
        Name = name;
        Id = reader.GetInt64(0);
        Version = reader.GetInt64(1);
        Properties = reader.GetFieldValue<byte[]>(2);
        Content = reader.GetInt64(3);
        SchemaBytes = reader.GetFieldValue<byte[]>(4);
        Words = reader.GetInt32(5);
        LogFrom = reader.GetInt64(6);
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
        using var statement = new Statement(connection,
            "SELECT c.id, c.version, c.properties, c.content, t.schema, t.words, t.log_from FROM collections c JOIN contents t ON t.id = c.content WHERE c.name = $1");
        using var reader = statement.Read(TextBytes.Encode(name));
        return reader.Read() ? new CollectionEntry(reader, name) : null;
    }

    /// <exception cref="MemoryException">There is no such collection.</exception>
    public static CollectionEntry Get(SqliteConnection connection, string name, SqliteFile file) => Find(connection, name)
        ?? throw new MemoryException($"There is no collection '{name}' in {file.Description}.{NearestName.Hint(name, List(connection))} Ingest its documents first.", file.Path);

    public static IReadOnlyList<string> List(SqliteConnection connection)
    {
        List<string> names = [];
        using var statement = new Statement(connection, "SELECT name FROM collections ORDER BY name");
        using var reader = statement.Read();
        while (reader.Read())
        {
            names.Add(TextBytes.Decode(reader.GetFieldValue<byte[]>(0)));
        }

        return names;
    }
}
