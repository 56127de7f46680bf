using System.Globalization;
using System.Text;
using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using UglyToad.PdfPig.Exceptions;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>PDF: the text of its pages in reading order. Pictures of text stay pictures.</summary>
internal sealed class PdfFormat : DocumentFormat
{
    public override string Name => "PDF";

    public override IReadOnlyList<string> Extensions => [".pdf"];

    public override bool IsText => false;

    public override ParsedDocument Read(DocumentInput input)
    {
        using var document = Open(input);
        DocumentInput.Require(document.NumberOfPages, input.Limits.Pages, "pages");
        var text = new StringBuilder();
        var starts = new List<int>(document.NumberOfPages);
        var broken = 0;
        for (var number = 1; number <= document.NumberOfPages; number++)
        {
            input.CancellationToken.ThrowIfCancellationRequested();
            if (text.Length > 0)
            {
                text.Append("\n\n");
            }

            starts.Add(text.Length);
            broken += TryAppend(document, number, text) ? 0 : 1;
            DocumentInput.Require(text.Length, input.Limits.Characters, "characters of text");
        }

        if (broken > 0)
        {
            input.Warn(string.Create(CultureInfo.InvariantCulture, $"{broken:N0} of its {document.NumberOfPages:N0} pages cannot be read and are left out."));
        }

        return string.IsNullOrWhiteSpace(text.ToString())
            ? throw new DocumentRefusedException("It has no text: its pages are pictures. Run text recognition (OCR) on it first.")
            : new ParsedDocument(Title(document), text.ToString(), [new DocumentSection(Path: null, 0, text.Length)]) { PageStarts = starts };
    }

    private static PdfDocument Open(DocumentInput input)
    {
        try
        {
            return PdfDocument.Open(input.Bytes, new ParsingOptions { SkipMissingFonts = true, FilterProvider = new PdfFilters(input), MaxStackDepth = input.Limits.Depth });
        }
        catch (PdfDocumentEncryptedException exception)
        {
            throw new DocumentRefusedException("It is protected by a password. Save it without one.", exception);
        }
        catch (Exception exception) when (exception is not (DocumentRefusedException or OperationCanceledException or OutOfMemoryException))
        {
            // A parser of a format as old as this one fails in as many ways as it has classes.
            throw new DocumentRefusedException($"It cannot be read as a PDF: {exception.Message}", exception);
        }
    }

    private static bool TryAppend(PdfDocument document, int number, StringBuilder text)
    {
        try
        {
            // Cleaned before it is appended, so that the offsets of pages stay true.
            text.Append(TextDecoding.Clean(ContentOrderTextExtractor.GetText(document.GetPage(number), addDoubleNewline: true)).Trim());
            return true;
        }
        catch (Exception exception) when (exception is not (DocumentRefusedException or OperationCanceledException or OutOfMemoryException))
        {
            return false;
        }
    }

    private static string? Title(PdfDocument document) =>
        document.Information.Title is { } title && !string.IsNullOrWhiteSpace(title) ? TextDecoding.Clean(title.Trim()) : null;
}
