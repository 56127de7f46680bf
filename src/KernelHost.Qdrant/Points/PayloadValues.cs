using System.Globalization;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Points;

/// <summary>
/// The values of fields in the payload. Null is left out. What the server cannot keep or tell apart is written as a fact besides: an infinite number, which JSON
/// has not, and an empty list, which the server takes for a missing one.
/// </summary>
internal static class PayloadValues
{
    // Whole numbers from here on are rounded by the server's comparisons, which are made in floating point.
    public const long Exact = 1L << 53;

    public static string EmptyFact(string field) => field + ":empty";

    public static string InfiniteFact(string field, double value) => field + (value > 0 ? ":+inf" : ":-inf");

    /// <summary>The upper and lower half of a large whole number, under names of their own.</summary>
    public static (string High, string Low) Halves(string field) => ($"_h_{field}", $"_l_{field}");

    /// <summary>Adds a field to the payload of a point.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="facts">Collects facts.</param>
    /// <param name="name">The name on the server.</param>
    /// <param name="value">The value, not null.</param>
    public static void Add(IDictionary<string, Value> payload, List<string> facts, string name, object value)
    {
        if (value is IReadOnlyList<object?> list)
        {
            var values = new ListValue();
            foreach (var element in list)
            {
                values.Values.Add(Write(element!));
            }

            if (list.Count == 0)
            {
                facts.Add(EmptyFact(name));
            }

            facts.AddRange(list.OfType<double>().Where(double.IsInfinity).Select(one => InfiniteFact(name, one)).Distinct());
            payload[name] = new Value { ListValue = values };
            return;
        }

        if (value is double number && double.IsInfinity(number))
        {
            facts.Add(InfiniteFact(name, number));
        }

        AddHalves(payload, name, value);
        payload[name] = Write(value);
    }

    /// <summary>Adds the halves of a whole number that floating point would round.</summary>
    public static void AddHalves(IDictionary<string, Value> payload, string name, object value)
    {
        if (value is long whole and (>= Exact or <= -Exact))
        {
            var (high, low) = Halves(name);
            payload[high] = new Value { IntegerValue = whole >> 32 };
            payload[low] = new Value { IntegerValue = whole & uint.MaxValue };
        }
    }

    /// <summary>The value of a field.</summary>
    public static object? Read(Value value, RecordField field) =>
        field.IsList ? value.ListValue.Values.Select(element => (object?)ReadOne(element, field.Type)).ToArray() : ReadOne(value, field.Type);

    /// <summary>A time as the server reads and compares it.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static Value Write(object value) => value switch
    {
        string text => new Value { StringValue = text },
        bool flag => new Value { BoolValue = flag },
        long whole => new Value { IntegerValue = whole },
        double number when double.IsInfinity(number) => new Value { StringValue = number > 0 ? "Infinity" : "-Infinity" },
        double number => new Value { DoubleValue = number },
        DateTimeOffset time => new Value { StringValue = Write(time) },
        _ => throw new ArgumentException($"A value of type '{value.GetType().Name}' cannot be kept.", nameof(value)),
    };

    private static object ReadOne(Value value, RecordFieldType type) => type switch
    {
        RecordFieldType.Text => value.StringValue,
        RecordFieldType.Boolean => value.BoolValue,
        RecordFieldType.WholeNumber => value.IntegerValue,
        RecordFieldType.Time => DateTimeOffset.Parse(value.StringValue, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        _ => ReadNumber(value),
    };

    // The server may hand a number without fraction back as a whole one.
    private static double ReadNumber(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => value.StringValue[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
        Value.KindOneofCase.IntegerValue => value.IntegerValue,
        _ => value.DoubleValue,
    };
}
