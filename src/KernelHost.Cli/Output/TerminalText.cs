using System.Globalization;
using System.Text;
using KernelHost.Text;

namespace KernelHost.Cli.Output;

/// <summary>Makes text from models, tools, documents and people safe for a terminal: nothing in it can move the cursor or hide.</summary>
internal static class TerminalText
{
    /// <summary>One line, exactly: whatever cannot be seen is written out. For names, arguments and everything a person decides by.</summary>
    public static string Line(string text) => VisibleText.Escape(text);

    /// <summary>One line of at most a number of characters.</summary>
    public static string Line(string text, int limit) => Shorten(Line(text.Length > limit ? text[..limit] + "…" : text), limit);

    /// <summary>
    /// Text to read: lines stay, typographic spaces become plain ones, emoji selectors go, and what could deceive or drive the
    /// terminal is written out as <c>⟦U+001B⟧</c>. Returns <paramref name="text"/> itself when nothing had to change.
    /// </summary>
    public static string Prose(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length;)
        {
            var valid = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var consumed) == System.Buffers.OperationStatus.Done;
            Append(clean, text.AsSpan(i, consumed), valid ? rune : null, i + 1 < text.Length ? text[i + 1] : '\0');
            i += consumed;
        }

        return clean.ToString();
    }

    private static void Append(StringBuilder clean, ReadOnlySpan<char> characters, Rune? rune, char next)
    {
        switch (rune)
        {
            case null:
                clean.Append(CultureInfo.InvariantCulture, $"⟦U+{(int)characters[0]:X4}⟧");
                break;
            case { Value: '\n' or '\t' }:
                clean.Append(characters);
                break;
            case { Value: '\r' } when next == '\n':
            case { Value: 0xFE0E or 0xFE0F or 0x00AD }:
                break;
            case { } space when Rune.GetUnicodeCategory(space) == UnicodeCategory.SpaceSeparator:
                clean.Append(' ');
                break;
            case { } other when IsUnsafe(Rune.GetUnicodeCategory(other)):
                clean.Append(CultureInfo.InvariantCulture, $"⟦U+{other.Value:X4}⟧");
                break;
            default:
                clean.Append(characters);
                break;
        }
    }

    private static bool IsUnsafe(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Shorten(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit;
        return text[..end].TrimEnd('…') + "…";
    }
}
