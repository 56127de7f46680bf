using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>One field of all rows, so that a filter on it is a loop over an array. Only grows.</summary>
internal abstract class Column(RecordField field)
{
    public RecordField Field { get; } = field;

    public abstract long Bytes { get; }

    public static Column Create(RecordField field) => field switch
    {
        { IsList: true } => new ListColumn(field),
        { Type: RecordFieldType.Text or RecordFieldType.Boolean } => new CodeColumn(field),
        _ => new NumberColumn(field),
    };

    /// <summary>Adds rows without a value until there are so many.</summary>
    public abstract void Fill(int count);

    /// <summary>Adds a row with the value that the reader stands before.</summary>
    public abstract void Add(ref BlobReader reader);

    /// <summary>The rows of the first <paramref name="count"/> that a comparison selects.</summary>
    public abstract Bits Compare(RecordOperator @operator, object? value, int count);

    /// <summary>The rows of the first <paramref name="count"/> that have one of the values.</summary>
    public abstract Bits AnyOf(IReadOnlyCollection<object?> values, int count);

    /// <summary>Bytes that are equal when values are.</summary>
    protected static ReadOnlySpan<byte> Canonical(object value, BlobWriter writer)
    {
        writer.Clear();
        RecordCodec.WriteOne(writer, value is 0d ? 0d : value);
        return writer.Written;
    }
}
