using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite;

/// <summary>A record as it is written. Made before the file is locked.</summary>
internal sealed class EncodedRecord
{
    private EncodedRecord(byte[] key) => Key = key;

    public byte[] Key { get; }

    public required byte[] Quick { get; init; }

    public required byte[] Fields { get; init; }

    /// <summary>By the place of the vector in the schema.</summary>
    public required ReadOnlyMemory<float>?[] Vectors { get; init; }

    public string? Tenant { get; init; }

    public required uint[] Words { get; init; }

    public required byte[] Weights { get; init; }

    /// <summary>Encodes records; of several with one key the last.</summary>
    /// <exception cref="MemoryException">One does not fit the schema.</exception>
    public static IReadOnlyList<EncodedRecord> Create(IEnumerable<Record> records, RecordCodec codec, string collection, string store)
    {
        var writer = new BlobWriter();
        var fitted = new Dictionary<object, EncodedRecord>();
        foreach (var record in records)
        {
            var fit = RecordChecks.Fit(record, codec.Schema, collection, store);
            fitted[fit.Key] = Create(fit, codec, writer);
        }

        return [.. fitted.Values];
    }

    private static EncodedRecord Create(Record record, RecordCodec codec, BlobWriter writer)
    {
        var (words, weights) = Bm25.WordsOf(codec.Schema, record);
        return new EncodedRecord(KeyBytes.TryEncode(record.Key, codec.Schema.Key)!)
        {
            Quick = codec.WriteFields(record, quick: true, writer),
            Fields = codec.WriteFields(record, quick: false, writer),
            Vectors = [.. codec.Schema.Vectors.Select(vector => record.Vectors.TryGetValue(vector.Name, out var value) ? value : (ReadOnlyMemory<float>?)null)],
            Tenant = codec.Schema.TenantField is { } tenant ? (string?)record[tenant.Name] : null,
            Words = words,
            Weights = weights,
        };
    }
}
