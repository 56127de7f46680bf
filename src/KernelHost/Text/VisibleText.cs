using System.Globalization;
using System.Text;

namespace KernelHost.Text;

/// <summary>
/// Text as a person must see it before deciding by it: what is invisible, reorders the line or imitates a letter of another script
/// is written out as <c>⟦U+202E⟧</c>. Models, documents and tools are not trusted to write honest text.
/// </summary>
public static class VisibleText
{
    /// <summary>Writes out every character that cannot be seen, line breaks and tabs included.</summary>
    /// <returns><paramref name="text"/> itself when nothing had to be written out.</returns>
    public static string Escape(string text) => Escape(text, keepLines: false);

    /// <summary>Writes out every character that cannot be seen.</summary>
    /// <param name="text">Any text, also with unpaired surrogates.</param>
    /// <param name="keepLines">Leaves line feeds and tabs as they are, for text that is shown as a block of its own.</param>
    /// <returns><paramref name="text"/> itself when nothing had to be written out.</returns>
    public static string Escape(string text, bool keepLines)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? EscapeSlowly(text, keepLines) : text;
    }

    /// <summary>Whether the text is valid UTF-16. Other text cannot be shown, sent or hashed faithfully.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        for (text = start < 0 ? default : text[start..]; !text.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            text = text[consumed..];
        }

        return true;
    }

    private static string EscapeSlowly(string text, bool keepLines)
    {
        var escaped = new StringBuilder(text.Length + 16);
        var changed = false;
        for (var i = 0; i < text.Length;)
        {
            var valid = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var consumed) == System.Buffers.OperationStatus.Done;
            var code = valid ? rune.Value : text[i];
            var hidden = !valid || (IsHidden(rune) && !(keepLines && code is '\n' or '\t'));
            var imitates = !hidden && code > 0x7F && Imitates(rune) && StandsInLatinWord(text, i);
            if (!hidden)
            {
                escaped.Append(text, i, consumed);
            }

            if (hidden || imitates)
            {
                escaped.Append(CultureInfo.InvariantCulture, $"⟦U+{code:X4}⟧");
                changed = true;
            }

            i += consumed;
        }

        return changed ? escaped.ToString() : text;
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.SpaceSeparator => rune.Value != ' ',
        _ => IsBlank(rune.Value) || rune.Value is '⟦' or '⟧',
    };

    // Letters, marks and symbols by category, yet without ink: fillers, selectors, joiners, blanks.
    private static bool IsBlank(int code) => code is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0
        or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF);

    // Scripts whose letters look like Latin ones: Greek, Cyrillic, Armenian, Cherokee, full-width and mathematical letters.
    private static bool Imitates(Rune rune) => Rune.IsLetter(rune) && rune.Value is
        (>= 0x0370 and <= 0x058F) or (>= 0x13A0 and <= 0x13FF) or (>= 0x1C80 and <= 0x1C8F) or (>= 0x1F00 and <= 0x1FFF)
        or (>= 0x2DE0 and <= 0x2DFF) or (>= 0xA640 and <= 0xA69F) or (>= 0xFF21 and <= 0xFF5A) or (>= 0x1D400 and <= 0x1D7CB);

    // A word in one script is somebody's language; only a mixture with Latin letters is suspicious.
    private static bool StandsInLatinWord(string text, int index)
    {
        // Words are short; a bound keeps a megabyte of letters from costing its square.
        const int Reach = 32;
        for (var i = index; i >= Math.Max(0, index - Reach) && IsWordPart(text[i]); i--)
        {
            if (char.IsAsciiLetter(text[i]))
            {
                return true;
            }
        }

        for (var i = index; i < Math.Min(text.Length, index + Reach) && IsWordPart(text[i]); i++)
        {
            if (char.IsAsciiLetter(text[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWordPart(char character) => char.IsLetterOrDigit(character) || char.IsSurrogate(character);
}
