using System.Globalization;
using System.Numerics.Tensors;

namespace KernelHost.Memory.Records;

/// <summary>What every store refuses before it writes or searches, and how a record looks once it is written, so that all stores do it alike.</summary>
public static class RecordChecks
{
    /// <summary>The record as it comes back: times in UTC to the microsecond, vectors of a cosine at length one, fields without a value left out.</summary>
    /// <param name="record">The record to write.</param>
    /// <param name="schema">The schema of the collection.</param>
    /// <param name="collection">Names the collection in errors.</param>
    /// <param name="store">Names the store in errors.</param>
    /// <exception cref="MemoryException">It does not fit the schema.</exception>
    public static Record Fit(Record record, RecordSchema schema, string collection, string store)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(schema);
        if (KeyFault(record.Key, schema) is { } fault)
        {
            throw new MemoryException($"A record does not fit the collection '{collection}': {fault}", store);
        }

        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in record.Fields)
        {
            var field = schema.Fields.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw Misfit($"it has no field '{name}'. Fields: {Names(schema.Fields.Select(static candidate => candidate.Name))}.");
            if (value is not null)
            {
                fields[name] = Fit(field, value) ?? throw Misfit($"the field '{name}' holds '{field.Type}'{(field.IsList ? " in a list" : "")}, not {Describe(value)}.");
            }
        }

        if (schema.TenantField is { } tenant && fields.GetValueOrDefault(tenant.Name) is not string { Length: > 0 })
        {
            throw Misfit($"the field '{tenant.Name}' separates tenants and has no value. Name the tenant that the record belongs to.");
        }

        var vectors = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
        foreach (var (name, value) in record.Vectors)
        {
            var vector = schema.Vectors.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw Misfit($"it has no vector '{name}'. Vectors: {Names(schema.Vectors.Select(static candidate => candidate.Name))}.");
            vectors[name] = VectorFault(vector, value) is { } wrong ? throw Misfit(wrong) : Fit(vector, value);
        }

        return new Record(record.Key) { Fields = fields, Vectors = vectors };

        MemoryException Misfit(string message) => new($"The record '{record.Key}' does not fit the collection '{collection}': {message}", store);
    }

    /// <summary>Why a key does not fit the schema; <see langword="null"/> when it does.</summary>
    public static string? KeyFault(object? key, RecordSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return (schema.Key, key) switch
        {
            (RecordKeyType.Text, string { Length: > 0 } text) when IsUnicode(text) => null,
            (RecordKeyType.Uuid, Guid) or (RecordKeyType.WholeNumber, >= 0L) => null,
            _ => $"its keys are '{schema.Key}', which {Describe(key)} is not.",
        };
    }

    /// <summary>Refuses a listing that does not fit the schema.</summary>
    /// <exception cref="ArgumentException">Its filter does not fit, or it orders by what has no order.</exception>
    public static void Check(RecordListing listing, RecordSchema schema)
    {
        ArgumentNullException.ThrowIfNull(listing);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentOutOfRangeException.ThrowIfNegative(listing.Skip);
        ArgumentOutOfRangeException.ThrowIfNegative(listing.Top);
        RecordFilters.Check(listing.Filter, schema);
        if (listing.OrderBy is { } order && schema.Fields.FirstOrDefault(candidate => candidate.Name == order) is not { IsList: false })
        {
            throw new ArgumentException($"Records cannot be ordered by '{order}': it is no field, or a list. Fields: {Names(schema.Fields.Select(static candidate => candidate.Name))}.");
        }
    }

    /// <summary>Refuses a search that does not fit the schema.</summary>
    /// <exception cref="ArgumentException">Its filter does not fit, it has no leg, or the tenant is missing or has no meaning.</exception>
    /// <exception cref="MemoryException">A vector has another length than the collection's, or its name is unknown.</exception>
    public static void Check(RecordSearch search, RecordSchema schema, string collection, string store)
    {
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentOutOfRangeException.ThrowIfNegative(search.Skip);
        ArgumentOutOfRangeException.ThrowIfNegative(search.Top);
        ArgumentOutOfRangeException.ThrowIfLessThan(search.K, 1);
        RecordFilters.Check(search.Filter, schema);
        if (search.Keywords is null && search.Vectors.Count == 0)
        {
            throw new ArgumentException("The search has neither words nor a vector. Give it at least one leg.");
        }

        if (search.Vectors.Select(static leg => leg.Weight).Append(search.Keywords?.Weight ?? 1).Any(static weight => !(weight > 0 && float.IsFinite(weight))))
        {
            throw new ArgumentException("The weight of a leg must be above 0. Leave a leg out that should not count.");
        }

        if (schema.TenantField is null != search.Tenant is null)
        {
            throw new ArgumentException(search.Tenant is null
                ? $"Tenants share the collection '{collection}'. Name the tenant whose records are searched."
                : $"The collection '{collection}' has no field that separates tenants, so that it cannot be searched as tenant '{search.Tenant}'.");
        }

        if (search.Keywords is { Group: { Length: > 0 } group } && schema.SearchedFields.All(field => field.SearchGroup != group))
        {
            throw new MemoryException(
                $"The collection '{collection}' has no fields of the group '{group}' to search. Groups: {Names(schema.SearchedFields.Select(static field => field.SearchGroup).Distinct())}.", store);
        }

        foreach (var leg in search.Vectors)
        {
            var vector = schema.Vectors.FirstOrDefault(candidate => candidate.Name == leg.Name) ?? throw new MemoryException(
                $"The collection '{collection}' has no vector '{leg.Name}'. Vectors: {Names(schema.Vectors.Select(static candidate => candidate.Name))}.", store);
            if (VectorFault(vector, leg.Vector) is { } fault)
            {
                throw new MemoryException($"The collection '{collection}' cannot be searched: {fault}", store);
            }
        }
    }

    private static object? Fit(RecordField field, object value) => field.IsList switch
    {
        false => FitOne(field.Type, value),
        true when value is IReadOnlyList<object?> list && list.Select(element => FitOne(field.Type, element)).ToArray() is var fitted && fitted.All(static one => one is not null) => fitted,
        _ => null,
    };

    private static object? FitOne(RecordFieldType type, object? value) => (type, value) switch
    {
        (RecordFieldType.Text, string text) when IsUnicode(text) => text,
        (RecordFieldType.Boolean, bool) or (RecordFieldType.WholeNumber, long) => value,
        (RecordFieldType.Number, double number) when double.IsFinite(number) => value,
        (RecordFieldType.Time, DateTimeOffset time) => new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero),
        _ => null,
    };

    private static ReadOnlyMemory<float> Fit(RecordVector vector, ReadOnlyMemory<float> value)
    {
        var copy = value.ToArray();
        if (vector.Distance == VectorDistance.Cosine && TensorPrimitives.Norm<float>(copy) is > 0 and var norm)
        {
            TensorPrimitives.Divide(copy, norm, copy);
        }

        return copy;
    }

    private static string? VectorFault(RecordVector vector, ReadOnlyMemory<float> value) =>
        value.Length != vector.Dimensions ? $"the vector '{vector.Name}' has {vector.Dimensions} dimensions, not {value.Length}."
        : !float.IsFinite(TensorPrimitives.SumOfMagnitudes(value.Span)) ? $"the vector '{vector.Name}' holds a value that is not a number, or too large a one."
        : null;

    // A lone half of a surrogate pair has no form in UTF-8: a store would change it, and two keys could become one.
    private static bool IsUnicode(string text)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff'); i >= 0 && i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private static string Describe(object? value) => value switch
    {
        null => "null",
        string { Length: 0 } => "an empty text",
        string => "a text (is it whole Unicode?)",
        double number when !double.IsFinite(number) => $"the number {number.ToString(CultureInfo.InvariantCulture)}",
        _ => $"a value of type '{value.GetType().Name}'",
    };

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";
}
