using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite;

/// <summary>
/// Records as bytes. The fields that filters should be quick on are apart from the others, in the row that caches read. A field is its place in the
/// schema and its value; one without a value is not written.
/// </summary>
internal sealed class RecordCodec
{
    private readonly Dictionary<string, int> _fields = new(StringComparer.Ordinal);

    public RecordCodec(RecordSchema schema)
    {
        Schema = schema;
        IsQuick = [.. schema.Fields.Select(static field => field.IsIndexed || field.IsTenant)];
        foreach (var (index, field) in schema.Fields.Index())
        {
            _fields[field.Name] = index;
        }
    }

    public RecordSchema Schema { get; }

    /// <summary>Which fields are in the row.</summary>
    public IReadOnlyList<bool> IsQuick { get; }

    public int IndexOf(string field) => _fields[field];

    public int VectorIndexOf(string vector) => Schema.Vectors.Index().First(one => one.Item.Name == vector).Index;

    public byte[] WriteFields(Record record, bool quick, BlobWriter writer)
    {
        writer.Clear();
        for (var i = 0; i < IsQuick.Count; i++)
        {
            if (IsQuick[i] == quick && record[Schema.Fields[i].Name] is { } value)
            {
                writer.Varint(i);
                Write(writer, Schema.Fields[i], value);
            }
        }

        return writer.ToArray();
    }

    /// <summary>Adds the fields of one of the two parts.</summary>
    public void ReadFields(ReadOnlySpan<byte> bytes, Dictionary<string, object?> fields)
    {
        var reader = new BlobReader(bytes);
        while (!reader.IsAtEnd)
        {
            var field = FieldAt(reader.Count());
            fields[field.Name] = Read(ref reader, field);
        }
    }

    public RecordField FieldAt(int index) => index < Schema.Fields.Count ? Schema.Fields[index] : throw new InvalidDataException("A record has a field that its schema lacks.");

    public static void Write(BlobWriter writer, RecordField field, object value)
    {
        if (!field.IsList)
        {
            WriteOne(writer, value);
            return;
        }

        var list = (IReadOnlyList<object?>)value;
        writer.Varint(list.Count);
        foreach (var element in list)
        {
            WriteOne(writer, element!);
        }
    }

    public static void WriteOne(BlobWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.Text(text);
                break;
            case bool truth:
                writer.Byte(truth ? (byte)1 : (byte)0);
                break;
            case long number:
                writer.Fixed64(number);
                break;
            case double number:
                writer.Fixed64(BitConverter.DoubleToInt64Bits(number));
                break;
            case DateTimeOffset time:
                writer.Fixed64(time.UtcTicks);
                break;
            default:
                throw new ArgumentException($"A value of type '{value.GetType().Name}' cannot be written.");
        }
    }

    public static object Read(ref BlobReader reader, RecordField field)
    {
        if (!field.IsList)
        {
            return ReadOne(ref reader, field.Type);
        }

        var list = new object?[reader.Count()];
        for (var i = 0; i < list.Length; i++)
        {
            list[i] = ReadOne(ref reader, field.Type);
        }

        return list;
    }

    /// <summary>Passes over one value.</summary>
    public static void SkipOne(ref BlobReader reader, RecordFieldType type) =>
        reader.Take(type switch { RecordFieldType.Text => reader.Count(), RecordFieldType.Boolean => 1, _ => sizeof(long) });

    private static object ReadOne(ref BlobReader reader, RecordFieldType type) => type switch
    {
        RecordFieldType.Text => reader.Text(),
        RecordFieldType.Boolean => reader.Byte() != 0,
        RecordFieldType.WholeNumber => reader.Fixed64(),
        RecordFieldType.Number => BitConverter.Int64BitsToDouble(reader.Fixed64()),
        RecordFieldType.Time => new DateTimeOffset(reader.Fixed64(), TimeSpan.Zero),
        _ => throw new InvalidDataException($"A field has the unknown type '{type}'."),
    };
}
