namespace KernelHost.Memory.Records;

/// <summary>
/// Selects records by their fields. It means the same in every store: two values, true and false, as in C#. <c>null</c> equals only <c>null</c>, is
/// neither smaller nor greater than anything, and <see cref="Not(RecordFilter)"/> is the exact complement.
/// </summary>
/// <remarks>A filter that names an unknown field, or compares it with a value of another type, is refused by the store (<see cref="RecordFilters"/>), never passed over.</remarks>
public abstract record RecordFilter
{
    private protected RecordFilter()
    {
    }

    /// <summary>The name that stands for the key in filters.</summary>
    public const string Key = "$key";

    /// <summary>Selects everything.</summary>
    public static RecordFilter All { get; } = new AndFilter([]);

    /// <summary>Selects nothing.</summary>
    public static RecordFilter None { get; } = new OrFilter([]);

    /// <summary>The field equals the value, or is <see langword="null"/> like it. Not for lists, but for <c>null</c>.</summary>
    public static RecordFilter Equal(string field, object? value) => new CompareFilter(field, RecordOperator.Equal, value);

    /// <summary>The field compares so with the value. Not for lists; orders only numbers and times.</summary>
    public static RecordFilter Compare(string field, RecordOperator @operator, object? value) => new CompareFilter(field, @operator, value);

    /// <summary>The field equals one of the values, or, for a list, one of its elements does.</summary>
    public static RecordFilter AnyOf(string field, IReadOnlyCollection<object?> values) => new AnyOfFilter(field, values);

    /// <summary>All of them select the record; true when there are none.</summary>
    public static RecordFilter And(params IReadOnlyList<RecordFilter> filters) => new AndFilter(filters);

    /// <summary>One of them selects the record; false when there are none.</summary>
    public static RecordFilter Or(params IReadOnlyList<RecordFilter> filters) => new OrFilter(filters);

    /// <summary>The filter does not select the record.</summary>
    public static RecordFilter Not(RecordFilter filter) => new NotFilter(filter);
}

/// <summary>How a field is compared.</summary>
public enum RecordOperator
{
    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Not equal: the complement of <see cref="Equal"/>.</summary>
    NotEqual,

    /// <summary>Smaller.</summary>
    Less,

    /// <summary>Smaller or equal.</summary>
    LessOrEqual,

    /// <summary>Greater.</summary>
    Greater,

    /// <summary>Greater or equal.</summary>
    GreaterOrEqual,
}

/// <summary>Compares a field with a value.</summary>
public sealed record CompareFilter(string Field, RecordOperator Operator, object? Value) : RecordFilter;

/// <summary>Compares a field, or the elements of a list, with several values.</summary>
public sealed record AnyOfFilter(string Field, IReadOnlyCollection<object?> Values) : RecordFilter;

/// <summary>All of several.</summary>
public sealed record AndFilter(IReadOnlyList<RecordFilter> Filters) : RecordFilter;

/// <summary>One of several.</summary>
public sealed record OrFilter(IReadOnlyList<RecordFilter> Filters) : RecordFilter;

/// <summary>Not one.</summary>
public sealed record NotFilter(RecordFilter Filter) : RecordFilter;
