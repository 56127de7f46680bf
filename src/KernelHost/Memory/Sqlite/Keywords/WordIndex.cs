using KernelHost.Memory.Ranking;
using KernelHost.Memory.Records;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>Makes the keyword index of a content anew from its records, when words are cut in another way than when it was made.</summary>
internal static class WordIndex
{
    private const int Batch = 1000;

    public static void Rebuild(SqliteConnection connection, CollectionEntry entry)
    {
        var codec = new RecordCodec(SchemaBytes.Read(entry.SchemaBytes));
        var tables = new ContentTables(entry.Content, codec.Schema.Vectors.Count);
        SqliteStatement.RunScript(connection, $"DELETE FROM {tables.Packs}; DELETE FROM {tables.Segments}");
        using var records = new RecordRows(connection, tables, codec, includeVectors: false);
        foreach (var ordinals in Ordinals(connection, tables).Chunk(Batch))
        {
            using var batch = new PostingsBatch();
            foreach (var ordinal in ordinals)
            {
                var record = records.Read(ordinal)!;
                var (words, weights) = Bm25.WordsOf(codec.Schema, record);
                batch.Add((int)(codec.Schema.TenantField is { } tenant ? Tenants.Find(connection, tables, (string)record[tenant.Name]!)!.Value : 0), ordinal, words, weights);
            }

            batch.Write(connection, tables, Segment.Insert(connection, tables, ordinals[0], ordinals[^1], ordinals.Length, entry.Version));
            new SegmentMerges(connection, tables, entry.Content, entry.Version).Advance(batch.Size);
        }

        SqliteStatement.Run(connection, "UPDATE contents SET words = ?2 WHERE id = ?1", entry.Content, SearchWords.Version);
    }

    public static List<int> Ordinals(SqliteConnection connection, ContentTables tables)
    {
        List<int> ordinals = [];
        using var statement = new SqliteStatement(connection, $"SELECT ordinal FROM {tables.Rows} ORDER BY ordinal");
        while (statement.Step())
        {
            ordinals.Add((int)statement.Number(0));
        }

        return ordinals;
    }
}
