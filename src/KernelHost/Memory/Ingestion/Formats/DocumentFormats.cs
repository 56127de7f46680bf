namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>The formats that are known, and which of them a document is in: its first bytes say so, else its extension.</summary>
internal sealed class DocumentFormats(IReadOnlyList<DocumentFormat> formats, DocumentFormat plainText)
{
    // PDF allows other bytes before its mark.
    private const int PdfSearched = 1024;

    /// <summary>All formats of the host.</summary>
    public static DocumentFormats Default { get; } = new(
        [new MarkdownFormat(), new HtmlFormat(), new CsvFormat(), new JsonFormat(), new NdjsonFormat(), new DocxFormat(), new PdfFormat(), new PlainTextFormat()],
        new PlainTextFormat());

    /// <summary>The extensions that are known; text with others is read as plain text.</summary>
    public IEnumerable<string> Extensions => formats.SelectMany(static format => format.Extensions);

    /// <summary>Chooses the format.</summary>
    /// <param name="path">The name of the document.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="mismatch">What is wrong with the name, if something is.</param>
    public DocumentFormat Detect(string path, ReadOnlySpan<byte> bytes, out string? mismatch)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        var named = formats.FirstOrDefault(format => format.Extensions.Contains(extension));
        mismatch = null;
        if (Recognize(bytes, mayStartLate: named is not { IsText: true }) is { } found)
        {
            mismatch = found == named || extension.Length == 0 ? null : $"Its name ends with '{extension}', but it is a document in {found.Name} and is read as that.";
            return found;
        }

        if (named is { IsText: false })
        {
            mismatch = $"Its name ends with '{extension}', but it is no {named.Name} document; it is read as plain text.";
            return plainText;
        }

        // What only looks like HTML is taken at its word: a Markdown file may begin so.
        return named ?? (LooksLikeHtml(bytes) ? formats.FirstOrDefault(static format => format is HtmlFormat) : null) ?? plainText;
    }

    private DocumentFormat? Recognize(ReadOnlySpan<byte> bytes, bool mayStartLate) =>
        bytes.StartsWith("PK\x03\x04"u8) ? formats.FirstOrDefault(static format => format is DocxFormat)
        : bytes[..Math.Min(bytes.Length, PdfSearched)].IndexOf("%PDF-"u8) is var place && (place == 0 || (place > 0 && mayStartLate)) ? formats.FirstOrDefault(static format => format is PdfFormat)
        : null;

    private static bool LooksLikeHtml(ReadOnlySpan<byte> bytes)
    {
        var start = (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).TrimStart(" \t\r\n"u8);
        return StartsWith(start, "<!doctype html"u8) || StartsWith(start, "<html"u8);
    }

    private static bool StartsWith(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> prefix) =>
        bytes.Length >= prefix.Length && System.Text.Ascii.EqualsIgnoreCase(bytes[..prefix.Length], prefix);
}
