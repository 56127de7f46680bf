using KernelHost.Storage;
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
        using var statement = new SqliteStatement(connection, $"SELECT id, first, last, live, goal, version FROM {tables.Segments} ORDER BY first, id");
        while (statement.Step())
        {
            segments.Add(new Segment(statement.Number(0), statement.Number(1), statement.Number(2), statement.Number(3), statement.IsNull(4) ? null : statement.Number(4), statement.Number(5)));
        }

        return segments;
    }

    public static long Insert(SqliteConnection connection, ContentTables tables, long first, long last, long live, long version) => SqliteStatement.Number(
        connection, $"INSERT INTO {tables.Segments} (first, last, live, version) VALUES (?1, ?2, ?3, ?4) RETURNING id", first, last, live, version);
}
