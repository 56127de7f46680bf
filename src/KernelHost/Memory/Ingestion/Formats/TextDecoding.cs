using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Turns bytes of unknown encoding into text. What cannot be read is replaced and told; what deceives the eye is kept and told.</summary>
internal static class TextDecoding
{
    // Text in a single-byte encoding has a few bytes that are not UTF-8; where a tenth is wrong, it is no text.
    private const double MostReplacements = 0.1;

    /// <summary>Whether the bytes announce UTF-16, which is full of zeros and yet text.</summary>
    public static bool IsUtf16(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];

    /// <exception cref="DocumentRefusedException">The bytes are no text.</exception>
    public static string Decode(DocumentInput input)
    {
        var bytes = input.Bytes;
        if (IsUtf16(bytes))
        {
            var utf16 = bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
            return Clean(utf16.GetString(bytes, 2, bytes.Length - 2));
        }

        if (bytes.AsSpan().Contains((byte)0))
        {
            throw new DocumentRefusedException("It is a binary file.");
        }

        var start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        var text = Encoding.UTF8.GetString(bytes, start, bytes.Length - start);
        if (!Utf8.IsValid(bytes.AsSpan(start)))
        {
            if (text.AsSpan().Count('\uFFFD') > text.Length * MostReplacements)
            {
                throw new DocumentRefusedException("It is neither UTF-8 nor UTF-16 text.");
            }

            input.Warn("It is not valid UTF-8; the bytes that could not be read were replaced by '\uFFFD'. Save it as UTF-8.");
        }

        return Clean(text);
    }

    /// <summary>One kind of line end, no NUL (UTF-16 and escapes may spell it), no half of a surrogate pair: no index keeps those.</summary>
    public static string Clean(string text)
    {
        text = text.ReplaceLineEndings("\n");
        return text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !text.Contains('\0', StringComparison.Ordinal) ? text : CleanSlowly(text);
    }

    /// <summary>What a reader of the text should know about characters in it that cannot be seen; <see langword="null"/> when there are none.</summary>
    public static string? DescribeHidden(string text)
    {
        var (controls, directions) = (0, 0);
        foreach (var character in text)
        {
            controls += char.IsControl(character) && character is not ('\n' or '\t' or '\f') ? 1 : 0;
            directions += character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u061C' ? 1 : 0;
        }

        return controls + directions == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"It holds {controls:N0} control characters and {directions:N0} marks that change the direction of text. They are kept, and written out wherever the text is shown.");
    }

    private static string CleanSlowly(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? " " : rune.ToString());
        }

        return clean.ToString();
    }
}
