using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>A segment: an immutable part of the keyword index, for the records that one transaction, or a merge of several, wrote. Segments follow each other by ordinal.</summary>
/// <param name="Id">Its id.</param>
/// <param name="First">The first ordinal that it may hold.</param>
/// <param name="Last">The last one.</param>
/// <param name="Live">How many of its records are not deleted.</param>
/// <param name="Goal">The segment that it is being merged into.</param>
/// <param name="Version">For such a goal, the version of the collection when the merge began.</param>
internal sealed record Segment(long Id, long First, long Last, long Live, long? Goal, long Version)
{
    public static List<Segment> List(SqliteConnection connection, ContentTables tables)
    {
        List<Segment> segments = [];
        using var statement = new Statement(connection, $"SELECT id, first, last, live, goal, version FROM {tables.Segments} ORDER BY first, id");
        using var reader = statement.Read();
        while (reader.Read())
        {
            segments.Add(new Segment(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.GetInt64(5)));
        }

        return segments;
    }

    public static long Insert(SqliteConnection connection, ContentTables tables, long first, long last, long live, long version) => Statement.Number(
        connection, $"INSERT INTO {tables.Segments} (first, last, live, version) VALUES ($1, $2, $3, $4) RETURNING id", first, last, live, version);
}
