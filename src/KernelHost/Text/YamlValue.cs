using System.Buffers;
using System.Globalization;

namespace KernelHost.Text;

/// <summary>A value in a YAML file together with its place. Lines and columns count from 1.</summary>
internal abstract class YamlValue(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>What a person would call it, for "but is ...".</summary>
    public abstract string Describe();
}

internal sealed class YamlMap(int line, int column, IReadOnlyList<YamlEntry> entries) : YamlValue(line, column)
{
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public override string Describe() => "a mapping";
}

internal readonly record struct YamlEntry(YamlScalar Key, YamlValue Value);

internal sealed class YamlList(int line, int column, IReadOnlyList<YamlValue> items) : YamlValue(line, column)
{
    public IReadOnlyList<YamlValue> Items { get; } = items;

    public override string Describe() => "a list";
}

internal enum YamlKind
{
    Null,
    Flag,
    Number,
    Text,
}

/// <summary>
/// A single value. A plain (unquoted) one is read by YAML 1.2's core schema, so <c>no</c> and <c>on</c> are text. A number with a
/// leading zero is text too: one parser would call it octal, and it usually is a postal code or an id.
/// </summary>
internal sealed class YamlScalar(int line, int column, string text, bool plain) : YamlValue(line, column)
{
    // Without this set 'NaN' and 'Infinity' would count as numbers.
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789+-.eE");

    public string Text { get; } = text;

    public YamlKind Kind { get; } = plain ? Resolve(text) : YamlKind.Text;

    public bool IsTrue => Kind == YamlKind.Flag && Text[0] is 't' or 'T';

    public override string Describe() => Kind switch
    {
        YamlKind.Null => "empty",
        YamlKind.Flag => $"'{Text}'",
        YamlKind.Number => $"the number '{Text}'",
        _ => $"the text '{Shorten(Text)}'",
    };

    internal static string Shorten(string text) => VisibleText.Escape(text.Length <= 60 ? text : $"{text[..57]}...");

    private static YamlKind Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => YamlKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => YamlKind.Flag,
        _ => IsNumber(text) ? YamlKind.Number : YamlKind.Text,
    };

    private static bool IsNumber(string text)
    {
        var digits = text.AsSpan().TrimStart("+-");
        var leadingZero = digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]);
        return digits.Length > 0
            && text.Length - digits.Length <= 1
            && !leadingZero
            && !text.AsSpan().ContainsAnyExcept(NumberCharacters)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number);
    }
}
