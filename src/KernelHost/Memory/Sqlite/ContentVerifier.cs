using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite.Keywords;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>Whether the tables of a content agree: every row has its fields, every vector its row, and the keyword index holds exactly the words of the records.</summary>
internal sealed class ContentVerifier(SqliteConnection connection, CollectionEntry entry)
{
    private readonly RecordCodec _codec = new(SchemaBytes.Read(entry.SchemaBytes));
    private readonly List<string> _problems = [];

    public List<string> Run()
    {
        var tables = new ContentTables(entry.Content, _codec.Schema.Vectors.Count);
        Expect($"SELECT count(*) FROM {tables.Rows} r LEFT JOIN {tables.Fields} f ON f.ordinal = r.ordinal WHERE f.ordinal IS NULL", "records have no fields");
        Expect($"SELECT count(*) FROM {tables.Fields} f LEFT JOIN {tables.Rows} r ON r.ordinal = f.ordinal WHERE r.ordinal IS NULL", "fields belong to no record");
        Expect($"SELECT count(*) FROM {tables.Dead} d JOIN {tables.Rows} r ON r.ordinal = d.ordinal", "records are deleted and there");
        for (var i = 0; i < tables.VectorCount; i++)
        {
            Expect($"SELECT count(*) FROM {tables.Vectors(i)} v LEFT JOIN {tables.Rows} r ON r.ordinal = v.ordinal WHERE r.ordinal IS NULL", "vectors belong to no record");
            Expect($"SELECT count(*) FROM {tables.Vectors(i)} WHERE length(vector) <> {_codec.Schema.Vectors[i].Dimensions * sizeof(float)}", "vectors have the wrong length");
        }

        if (_problems.Count == 0)
        {
            CompareWords(tables);
        }

        return _problems;
    }

    private void Expect(string count, string problem)
    {
        if (SqliteStatement.Number(connection, count) is > 0 and var found)
        {
            _problems.Add($"In the collection '{entry.Name}' {found} {problem}.");
        }
    }

    // Sums of hashes instead of lists, so that it fits into memory for any size.
    private void CompareWords(ContentTables tables)
    {
        var holders = new Dictionary<long, long>();
        var (inRecords, inIndex) = (0UL, 0UL);
        var ordinals = WordIndex.Ordinals(connection, tables);
        using var records = new RecordRows(connection, tables, _codec, includeVectors: false);
        foreach (var ordinal in ordinals)
        {
            var record = records.Read(ordinal)!;
            var (words, weights) = Bm25.WordsOf(_codec.Schema, record);
            var tenant = (int)(_codec.Schema.TenantField is { } field ? Tenants.Find(connection, tables, (string)record[field.Name]!) ?? -1 : 0);
            if (words.Length > 0)
            {
                Count(holders, Term.OfTenant(tenant), 1);
            }

            for (var i = 0; i < words.Length; i++)
            {
                Count(holders, Term.OfWord(tenant, words[i]), 1);
                inRecords += Hash(Term.OfWord(tenant, words[i]), ordinal, weights[i]);
            }
        }

        HashSet<int> live = [.. ordinals];
        foreach (var segment in Segment.List(connection, tables))
        {
            inIndex += ReadSegment(tables, segment, live, holders);
        }

        if (inRecords != inIndex)
        {
            _problems.Add($"In the collection '{entry.Name}' the words of the index are not those of the records.");
        }

        if (holders.Values.Count(static count => count != 0) is > 0 and var wrong)
        {
            _problems.Add($"In the collection '{entry.Name}' {wrong} words are counted wrongly.");
        }
    }

    private ulong ReadSegment(ContentTables tables, Segment segment, HashSet<int> live, Dictionary<long, long> holders)
    {
        var sum = 0UL;
        var ordinals = new int[PostingsBlock.Capacity];
        using var statement = new SqliteStatement(connection, $"SELECT term, entries FROM {tables.Packs} WHERE segment = ?1");
        statement.Bind(1, segment.Id);
        while (statement.Step())
        {
            var term = statement.Number(0);
            var reader = new BlobReader(statement.Blob(1));
            while (!reader.IsAtEnd)
            {
                var pack = PackEntry.Read(ref reader, term);
                term = pack.Term;
                Count(holders, term, -pack.Holders);
                for (var (position, previous) = (0, 0); position < pack.Postings.Length;)
                {
                    var block = PostingsBlock.Read(pack.Postings, position, previous);
                    block.ReadOrdinals(pack.Postings, ordinals);
                    var weights = block.Weights(pack.Postings);
                    for (var i = 0; i < weights.Length; i++)
                    {
                        sum += live.Contains(ordinals[i]) ? Hash(term, ordinals[i], weights[i]) : 0;
                    }

                    (position, previous) = (block.Next, block.Last);
                }
            }
        }

        return sum;
    }

    private static void Count(Dictionary<long, long> holders, long term, long by) => holders[term] = holders.GetValueOrDefault(term) + by;

    private static ulong Hash(long term, int ordinal, byte weight)
    {
        var hash = ((ulong)term * 0x9E3779B97F4A7C15) ^ ((((ulong)ordinal << 8) | weight) * 0xC2B2AE3D27D4EB4F);
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }
}
