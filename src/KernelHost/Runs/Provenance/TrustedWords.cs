using System.Globalization;

namespace KernelHost.Runs.Provenance;

/// <summary>
/// Whether a text holds a value, written exactly so and standing by itself. Exact on purpose: whoever is asked whether a value may be trusted must
/// not take another one for it because it looks, sounds or folds alike.
/// </summary>
internal static class TrustedWords
{
    private const string Opening = "\"'`([{<#$€£¥“„‘‚«‹¿¡";
    private const string Closing = "\"'`)]}>.,;:!?%€£¥”“’‘»›…";
    private const string Separators = ";|—–";

    /// <param name="text">The text.</param>
    /// <param name="value">The value; an empty one is nowhere.</param>
    /// <param name="comparison">How letters are compared.</param>
    public static bool Hold(string text, string value, StringComparison comparison = StringComparison.Ordinal)
    {
        if (value.Length == 0)
        {
            return false;
        }

        for (var at = text.IndexOf(value, comparison); at >= 0; at = text.IndexOf(value, at + 1, comparison))
        {
            if (StandsAlone(text, at, at + value.Length))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the text names a number of this value: 10.50 is 10.5.</summary>
    public static bool Hold(string text, decimal value)
    {
        for (var at = text.AsSpan().IndexOfAnyInRange('0', '9'); at >= 0;)
        {
            var (start, end) = (at > 0 && text[at - 1] == '-' && IsStart(text, at - 1) ? at - 1 : at, EndOfNumber(text, at));
            if (StandsAlone(text, start, end)
                && decimal.TryParse(text.AsSpan(start, end - start), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number == value)
            {
                return true;
            }

            var next = text.AsSpan(end).IndexOfAnyInRange('0', '9');
            at = next < 0 ? -1 : end + next;
        }

        return false;
    }

    private static int EndOfNumber(string text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
            }
        }

        return at;
    }

    private static bool StandsAlone(string text, int start, int end) => IsStart(text, start) && IsEnd(text, end);

    // Quotes and brackets may stand before a word, and 'order:' or 'id='.
    private static bool IsStart(string text, int start)
    {
        if (start == 0 || IsGap(text[start - 1]) || ChangesScript(text[start - 1], text[start]))
        {
            return true;
        }

        if (text[start - 1] is ':' or '=')
        {
            return start == 1 || char.IsLetter(text[start - 2]) || IsGap(text[start - 2]);
        }

        while (start > 0 && Opening.Contains(text[start - 1], StringComparison.Ordinal))
        {
            start--;
        }

        return start == 0 || IsGap(text[start - 1]);
    }

    private static bool IsEnd(string text, int end)
    {
        if (end == text.Length || IsGap(text[end]) || ChangesScript(text[end], text[end - 1]))
        {
            return true;
        }

        // 1042's
        if (text[end] is '\'' or '’' && end + 1 < text.Length && text[end + 1] == 's')
        {
            end += 2;
        }

        while (end < text.Length && Closing.Contains(text[end], StringComparison.Ordinal))
        {
            end++;
        }

        return end == text.Length || IsGap(text[end]);
    }

    private static bool IsGap(char character) => char.IsWhiteSpace(character) || Separators.Contains(character, StringComparison.Ordinal);

    // Scripts without spaces: a number or a Latin name stands by itself between their letters.
    private static bool ChangesScript(char outside, char inside) => IsUnspaced(outside) && !IsUnspaced(inside);

    private static bool IsUnspaced(char character) => char.GetUnicodeCategory(character) == UnicodeCategory.OtherLetter;
}
