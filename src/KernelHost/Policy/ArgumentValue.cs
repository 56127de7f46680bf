using System.Globalization;
using System.Text.Json;
using KernelHost.Text;

namespace KernelHost.Policy;

internal enum ValueKind
{
    /// <summary>Not to be judged: invalid Unicode, a number without a value, a name in the wrong case, an unknown type.</summary>
    Unreadable,
    Null,
    Flag,
    Number,
    Text,
    List,
    Object,
}

/// <summary>An argument as a model delivered it, or a value as a policy wrote it, ready to be compared.</summary>
internal readonly struct ArgumentValue
{
    private readonly decimal _exact;
    private readonly double _approximate;
    private readonly bool _isExact;

    private ArgumentValue(ValueKind kind) => Kind = kind;

    private ArgumentValue(decimal number)
    {
        Kind = ValueKind.Number;
        (_exact, _approximate, _isExact) = (number, (double)number, true);
    }

    private ArgumentValue(double number)
    {
        Kind = double.IsFinite(number) ? ValueKind.Number : ValueKind.Unreadable;
        _approximate = number;
    }

    private ArgumentValue(string? text)
    {
        Kind = text is not null && VisibleText.IsWellFormed(text) ? ValueKind.Text : ValueKind.Unreadable;
        Text = text ?? "";
    }

    private ArgumentValue(ValueKind kind, JsonElement element)
    {
        Kind = kind;
        Element = element;
    }

    public ValueKind Kind { get; }

    /// <summary>Only for <see cref="ValueKind.Text"/>.</summary>
    public string Text { get; } = "";

    /// <summary>Only for <see cref="ValueKind.Flag"/>.</summary>
    public bool Flag { get; private init; }

    /// <summary>Only for <see cref="ValueKind.List"/>.</summary>
    public JsonElement Element { get; }

    public static ArgumentValue Unreadable => default;

    public static ArgumentValue Of(object? value) => value switch
    {
        null => new ArgumentValue(ValueKind.Null),
        JsonElement element => Of(element),
        string text => new ArgumentValue(text),
        bool flag => new ArgumentValue(ValueKind.Flag) { Flag = flag },
        int number => new ArgumentValue((decimal)number),
        long number => new ArgumentValue((decimal)number),
        double number => new ArgumentValue(number),
        decimal number => new ArgumentValue(number),
        _ => ArgumentJson.TryToElement(value, out var element) ? Of(element) : Unreadable,
    };

    public static ArgumentValue Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => new ArgumentValue(ValueKind.Null),
        JsonValueKind.True or JsonValueKind.False => new ArgumentValue(ValueKind.Flag) { Flag = element.ValueKind == JsonValueKind.True },
        JsonValueKind.Number => element.TryGetDecimal(out var exact) ? new ArgumentValue(exact) : new ArgumentValue(element.GetDouble()),
        JsonValueKind.String => new ArgumentValue(ArgumentJson.TextOrNull(element)),
        JsonValueKind.Array => new ArgumentValue(ValueKind.List, element),
        JsonValueKind.Object => new ArgumentValue(ValueKind.Object, element),
        _ => Unreadable,
    };

    public static ArgumentValue Of(int number) => new((decimal)number);

    public static ArgumentValue Of(YamlScalar scalar) => scalar.Kind switch
    {
        YamlKind.Null => new ArgumentValue(ValueKind.Null),
        YamlKind.Flag => new ArgumentValue(ValueKind.Flag) { Flag = scalar.IsTrue },
        YamlKind.Number when decimal.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) => new ArgumentValue(exact),
        YamlKind.Number => new ArgumentValue(double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture)),
        _ => new ArgumentValue(scalar.Text),
    };

    /// <summary>Whether both are the same value; <see cref="Truth.Unknown"/> when they are of kinds that cannot be compared.</summary>
    public Truth IsEqualTo(in ArgumentValue other)
    {
        if (Kind is ValueKind.Unreadable or ValueKind.List or ValueKind.Object)
        {
            return Truth.Unknown;
        }

        if (Kind == ValueKind.Null || other.Kind == ValueKind.Null)
        {
            return Kind == other.Kind ? Truth.True : Truth.False;
        }

        if (Kind != other.Kind)
        {
            return Truth.Unknown;
        }

        var equal = Kind switch
        {
            ValueKind.Flag => Flag == other.Flag,
            ValueKind.Number => CompareTo(other) == 0,
            _ => string.Equals(Text, other.Text, StringComparison.Ordinal),
        };
        return equal ? Truth.True : Truth.False;
    }

    /// <summary>The order of two numbers.</summary>
    public int CompareTo(in ArgumentValue other) =>
        _isExact && other._isExact ? _exact.CompareTo(other._exact) : _approximate.CompareTo(other._approximate);
}
