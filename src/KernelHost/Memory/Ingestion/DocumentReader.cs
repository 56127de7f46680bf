using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KernelHost.Memory.Ingestion;

/// <summary>The content of a file, or why it has none.</summary>
/// <param name="Hash">Lower-case hexadecimal SHA-256 of the bytes; empty when they were not read.</param>
internal sealed record DocumentContent(string Hash)
{
    public string Text { get; init; } = "";

    public string? Skipped { get; init; }

    public string? Warning { get; init; }

    /// <summary>Whether the file could not be read at this moment; what is known of it stays.</summary>
    public bool IsUnreadable { get; init; }
}

/// <summary>Reads files nobody has looked at yet: sizes, encodings and binary content are not trusted.</summary>
internal static class DocumentReader
{
    // Text in a single-byte encoding has a few bytes that are not UTF-8; where a tenth is wrong, it is no text.
    private const double MostReplacements = 0.1;

    public static DocumentContent Read(string file, long size, long maxBytes)
    {
        if (size > maxBytes)
        {
            return new DocumentContent("")
            {
                Skipped = string.Create(CultureInfo.InvariantCulture, $"It has {size:N0} bytes; files above {maxBytes:N0} bytes are not ingested. Split it."),
            };
        }

        try
        {
            // Not opened when empty: that is also the size of pipes and devices, which would never end.
            return Decode(size == 0 ? [] : ReadAtMost(file, maxBytes));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new DocumentContent("") { Skipped = $"It cannot be read: {exception.Message}", IsUnreadable = true };
        }
    }

    private static byte[] ReadAtMost(string file, long maxBytes)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > maxBytes)
        {
            throw new IOException("It grew beyond the size limit while it was read.");
        }

        var bytes = new byte[stream.Length];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    private static DocumentContent Decode(byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            var utf16 = bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
            return Check(hash, utf16.GetString(bytes, 2, bytes.Length - 2), isReplaced: false);
        }

        if (bytes.AsSpan().Contains((byte)0))
        {
            return new DocumentContent(hash) { Skipped = "It is a binary file." };
        }

        var start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        var isUtf8 = System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(start));
        return Check(hash, Encoding.UTF8.GetString(bytes, start, bytes.Length - start), isReplaced: !isUtf8);
    }

    private static DocumentContent Check(string hash, string text, bool isReplaced)
    {
        if (isReplaced && text.AsSpan().Count('\uFFFD') > text.Length * MostReplacements)
        {
            return new DocumentContent(hash) { Skipped = "It is neither UTF-8 nor UTF-16 text." };
        }

        return new DocumentContent(hash)
        {
            // One kind of line end; NUL never reaches the index (UTF-16 may spell it).
            Text = text.ReplaceLineEndings("\n").Replace('\0', ' '),
            Warning = isReplaced ? "It is not valid UTF-8; the bytes that could not be read were replaced by '\uFFFD'. Save it as UTF-8." : null,
        };
    }
}
