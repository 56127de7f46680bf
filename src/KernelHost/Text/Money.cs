using System.Globalization;

namespace KernelHost.Text;

/// <summary>An amount of money in millionths of a unit of its currency. Whole numbers, so that sums are exact.</summary>
/// <param name="Micros">Millionths of a unit.</param>
/// <param name="Currency">Three capital letters, for example <c>USD</c>.</param>
public readonly record struct Money(long Micros, string Currency)
{
    private const int MicrosPerUnit = 1_000_000;

    /// <summary>Reads an amount as people write it: <c>0.50 USD</c>.</summary>
    /// <param name="text">A number that is not negative, with a point, a space, and a currency.</param>
    /// <param name="money">The amount; what is less than a millionth is rounded up.</param>
    public static bool TryParse(string? text, out Money money)
    {
        money = default;
        if (text?.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var number, var currency]
            || !IsCurrency(currency)
            || !TryParseMicros(number, out var micros))
        {
            return false;
        }

        money = new Money(micros, currency);
        return true;
    }

    /// <summary>Reads a number of units as millionths, rounded up. At most a thousand million units.</summary>
    /// <param name="text">Digits with at most one point.</param>
    /// <param name="micros">Millionths.</param>
    public static bool TryParseMicros(string? text, out long micros)
    {
        micros = 0;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var units) || units > 1_000_000_000m)
        {
            return false;
        }

        micros = ToMicros(units);
        return true;
    }

    /// <summary>Units as millionths, rounded up.</summary>
    /// <param name="units">Not negative.</param>
    public static long ToMicros(decimal units) => (long)decimal.Ceiling(units * MicrosPerUnit);

    /// <summary>Whether a text is a currency: three capital letters.</summary>
    /// <param name="text">The text.</param>
    public static bool IsCurrency(string? text) => text is { Length: 3 } && text.All(char.IsAsciiLetterUpper);

    /// <summary>The amount with as many decimals as it needs, at least two: <c>0.50 USD</c>, <c>0.000125 USD</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(decimal)Micros / MicrosPerUnit:0.00####} {Currency}");
}
