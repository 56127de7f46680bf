using System.Collections;
using System.Globalization;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.VectorData;

/// <summary>How values of one .NET type are kept in a field, and how they come back.</summary>
internal sealed class FieldMapping
{
    /// <summary>What a refusal names.</summary>
    public const string SupportedTypes =
        "string, bool, byte, sbyte, short, ushort, int, uint, long, ulong, float, double, DateTime, DateTimeOffset, DateOnly, TimeOnly, Guid, "
        + "and arrays and List<T> of them (keep an enum as its name or number)";

    private static readonly Dictionary<Type, (RecordFieldType Type, Func<object, object> Store, Func<object, object> Load)> Scalars = new()
    {
        [typeof(string)] = (RecordFieldType.Text, static value => value, static value => value),
        [typeof(bool)] = (RecordFieldType.Boolean, static value => value, static value => value),
        [typeof(byte)] = Whole<byte>(),
        [typeof(sbyte)] = Whole<sbyte>(),
        [typeof(short)] = Whole<short>(),
        [typeof(ushort)] = Whole<ushort>(),
        [typeof(int)] = Whole<int>(),
        [typeof(uint)] = Whole<uint>(),
        [typeof(long)] = Whole<long>(),
        [typeof(ulong)] = Whole<ulong>(),
        [typeof(float)] = (RecordFieldType.Number, static value => (double)(float)value, static value => (float)(double)value),
        [typeof(double)] = (RecordFieldType.Number, static value => value, static value => value),
        [typeof(DateTimeOffset)] = (RecordFieldType.Time, static value => Time((DateTimeOffset)value), static value => value),
        [typeof(DateTime)] = (RecordFieldType.Time, static value => Time(Utc((DateTime)value)), static value => ((DateTimeOffset)value).UtcDateTime),
        [typeof(DateOnly)] = (
            RecordFieldType.Time,
            static value => new DateTimeOffset(((DateOnly)value).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
            static value => DateOnly.FromDateTime(((DateTimeOffset)value).UtcDateTime)),
        [typeof(TimeOnly)] = (RecordFieldType.WholeNumber, static value => ((TimeOnly)value).Ticks, static value => new TimeOnly((long)value)),
        [typeof(Guid)] = (RecordFieldType.Text, static value => ((Guid)value).ToString("D"), static value => Guid.ParseExact((string)value, "D")),
    };

    private readonly Func<object, object> _store;
    private readonly Func<object, object> _load;

    private FieldMapping(Type type, Type element, bool isList)
    {
        (FieldType, _store, _load) = Scalars[element];
        (Element, IsList, IsArray) = (element, isList, type.IsArray);
    }

    /// <summary>The type of the values, or of the elements of a list.</summary>
    public Type Element { get; }

    public RecordFieldType FieldType { get; }

    public bool IsList { get; }

    private bool IsArray { get; }

    /// <summary>The mapping of a type; <see langword="null"/> when values of it cannot be kept.</summary>
    public static FieldMapping? TryCreate(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var element = bare.IsArray && bare.GetArrayRank() == 1 ? bare.GetElementType()
            : bare.IsGenericType && bare.GetGenericTypeDefinition() == typeof(List<>) ? bare.GenericTypeArguments[0]
            : null;
        return Scalars.ContainsKey(element ?? bare) ? new FieldMapping(bare, element ?? bare, element is not null) : null;
    }

    /// <summary>A value as the store keeps it.</summary>
    public object Store(object value) => IsList ? ((IEnumerable)value).Cast<object?>().Select(element => element is null ? null : _store(element)).ToArray() : _store(value);

    /// <summary>A kept value as it was.</summary>
    public object Load(object value)
    {
        if (!IsList)
        {
            return _load(value);
        }

        var kept = (IReadOnlyList<object?>)value;
        var elements = Array.CreateInstance(Element, kept.Count);
        for (var i = 0; i < kept.Count; i++)
        {
            elements.SetValue(_load(kept[i]!), i);
        }

        return IsArray ? elements : Activator.CreateInstance(typeof(List<>).MakeGenericType(Element), elements)!;
    }

    /// <summary>A value of a filter as the store keeps values (or elements) of this type. C# widens numbers before it compares them; here the value is narrowed.</summary>
    /// <exception cref="NotSupportedException">No value of this type can equal it.</exception>
    public object? StoreElement(object? value, string property)
    {
        if (value is null)
        {
            return null;
        }

        try
        {
            var narrowed = value.GetType() == Element ? value : (FieldType, Element) switch
            {
                (RecordFieldType.WholeNumber, _) when Element != typeof(TimeOnly) && value is double or float or decimal
                    && Convert.ToDecimal(value, CultureInfo.InvariantCulture) is var number && number == decimal.Truncate(number) => Convert.ToInt64(number),
                (RecordFieldType.WholeNumber, _) when Element != typeof(TimeOnly) && IsWhole(value) => Convert.ToInt64(value, CultureInfo.InvariantCulture),
                (RecordFieldType.Number, _) when value is float or double || (IsWhole(value) && Math.Abs(Convert.ToDouble(value, CultureInfo.InvariantCulture)) <= 1L << 53) =>
                    Convert.ToDouble(value, CultureInfo.InvariantCulture),
                _ => null,
            };
            return narrowed switch
            {
                null => throw Misfit(innerException: null),
                long when FieldType == RecordFieldType.WholeNumber => narrowed,
                double when FieldType == RecordFieldType.Number => narrowed,
                _ => _store(narrowed),
            };
        }
        catch (OverflowException exception)
        {
            throw Misfit(exception);
        }

        NotSupportedException Misfit(Exception? innerException) => new(
            $"The filter compares '{property}', which holds '{Element.Name}', with '{Convert.ToString(value, CultureInfo.InvariantCulture)}' of type "
            + $"'{value.GetType().Name}'. Convert the value to '{Element.Name}' first.",
            innerException);
    }

    private static (RecordFieldType, Func<object, object>, Func<object, object>) Whole<T>() => (
        RecordFieldType.WholeNumber,
        static value => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        static value => Convert.ChangeType(value, typeof(T), CultureInfo.InvariantCulture));

    private static bool IsWhole(object value) => value is byte or sbyte or short or ushort or int or uint or long or ulong;

    // What a store keeps of it, so that a filter with a finer time finds what was written with it.
    private static DateTimeOffset Time(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    // A time that does not say where it was is taken for UTC, so that it comes back with the same figures on every machine.
    private static DateTimeOffset Utc(DateTime time) => new(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
