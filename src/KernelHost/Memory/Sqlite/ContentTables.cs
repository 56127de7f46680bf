using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>
/// The tables of one content. Every record has an ordinal, which is never used again: a replaced record gets a new one, so that what was written later always
/// has the greater ordinal.
/// </summary>
internal sealed class ContentTables(long content, int vectors)
{
    /// <summary>Key and quick fields of each record: small, so that a process can read all of it.</summary>
    public string Rows { get; } = Name("rows", content);

    /// <summary>The other fields.</summary>
    public string Fields { get; } = Name("fields", content);

    /// <summary>Ids of tenants.</summary>
    public string Tenants { get; } = Name("tenants", content);

    /// <summary>Deleted ordinals, with the version that deleted them: caches follow by it, and merges of segments clear by it.</summary>
    public string Dead { get; } = Name("dead", content);

    /// <summary>The segments of the keyword index.</summary>
    public string Segments { get; } = Name("segments", content);

    /// <summary>The pages of the segments.</summary>
    public string Packs { get; } = Name("packs", content);

    public int VectorCount => vectors;

    public string Vectors(int vector) => FormattableString.Invariant($"vectors_{content}_{vector}");

    public void Create(SqliteConnection connection)
    {
        SqliteStatement.RunScript(connection,
            $"""
            CREATE TABLE {Rows} (ordinal INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, quick BLOB NOT NULL);
            CREATE TABLE {Fields} (ordinal INTEGER PRIMARY KEY, fields BLOB NOT NULL);
            CREATE TABLE {Tenants} (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE);
            CREATE TABLE {Dead} (ordinal INTEGER PRIMARY KEY, version INTEGER NOT NULL);
            CREATE INDEX {Dead}_version ON {Dead} (version);
            CREATE TABLE {Segments} (id INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER NOT NULL, last INTEGER NOT NULL, live INTEGER NOT NULL, goal INTEGER, version INTEGER NOT NULL);
            CREATE TABLE {Packs} (id INTEGER PRIMARY KEY, segment INTEGER NOT NULL, term INTEGER NOT NULL, entries BLOB NOT NULL, UNIQUE (segment, term));
            """);
        for (var i = 0; i < vectors; i++)
        {
            SqliteStatement.RunScript(connection, $"CREATE TABLE {Vectors(i)} (ordinal INTEGER PRIMARY KEY, vector BLOB NOT NULL)");
        }
    }

    public void Drop(SqliteConnection connection)
    {
        foreach (var table in (string[])[Rows, Fields, Tenants, Dead, Segments, Packs, .. Enumerable.Range(0, vectors).Select(Vectors)])
        {
            SqliteStatement.RunScript(connection, $"DROP TABLE IF EXISTS {table}");
        }
    }

    private static string Name(string kind, long content) => FormattableString.Invariant($"{kind}_{content}");
}
