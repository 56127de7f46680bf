using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite;

/// <summary>Schemas and properties as they are stored.</summary>
internal static class SchemaBytes
{
    public static byte[] Write(RecordSchema schema)
    {
        var writer = new BlobWriter();
        writer.Varint((int)schema.Key);
        writer.Varint(schema.Fields.Count);
        foreach (var field in schema.Fields)
        {
            writer.Text(field.Name);
            writer.Varint((int)field.Type);
            writer.Varint((field.IsList ? 1 : 0) | (field.IsIndexed ? 2 : 0) | (field.IsTenant ? 4 : 0));
            writer.Varint(field.SearchWeight);
        }

        writer.Varint(schema.Vectors.Count);
        foreach (var vector in schema.Vectors)
        {
            writer.Text(vector.Name);
            writer.Varint(vector.Dimensions);
            writer.Varint((int)vector.Distance);
        }

        return writer.ToArray();
    }

    public static RecordSchema Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new BlobReader(bytes);
        var key = (RecordKeyType)reader.Count();
        var fields = new RecordField[reader.Count()];
        for (var i = 0; i < fields.Length; i++)
        {
            var (name, type, flags) = (reader.Text(), (RecordFieldType)reader.Count(), reader.Count());
            fields[i] = new RecordField(name, type) { IsList = (flags & 1) != 0, IsIndexed = (flags & 2) != 0, IsTenant = (flags & 4) != 0, SearchWeight = reader.Count() };
        }

        var vectors = new RecordVector[reader.Count()];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = new RecordVector(reader.Text(), reader.Count()) { Distance = (VectorDistance)reader.Count() };
        }

        return new RecordSchema { Key = key, Fields = fields, Vectors = vectors };
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
