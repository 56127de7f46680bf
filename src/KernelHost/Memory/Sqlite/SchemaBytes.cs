using System.Text.Json;
using System.Text.Json.Serialization;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite;

/// <summary>Schemas and properties as they are stored.</summary>
internal static class SchemaBytes
{
    // By its properties, so that a schema that learns to say more is stored with it.
    private static readonly JsonSerializerOptions Json = new() { IgnoreReadOnlyProperties = true, Converters = { new JsonStringEnumConverter() } };

    public static byte[] Write(RecordSchema schema) => JsonSerializer.SerializeToUtf8Bytes(schema, Json);

    public static RecordSchema Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<RecordSchema>(bytes, Json) ?? throw new InvalidDataException("A schema is not one.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("A schema is not one.", exception);
        }
    }

    public static byte[] Write(IReadOnlyDictionary<string, string> properties)
    {
        var writer = new BlobWriter();
        writer.Varint(properties.Count);
        foreach (var (name, value) in properties)
        {
            writer.Text(name);
            writer.Text(value);
        }

        return writer.ToArray();
    }

    public static Dictionary<string, string> ReadProperties(ReadOnlySpan<byte> bytes)
    {
        var reader = new BlobReader(bytes);
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var left = reader.Count(); left > 0; left--)
        {
            var name = reader.Text();
            properties[name] = reader.Text();
        }

        return properties;
    }
}
