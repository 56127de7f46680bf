using System.IO.Compression;
using System.Text;
using KernelHost.Memory.Ingestion;
using KernelHost.Memory.Ingestion.Formats;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace KernelHost.Tests.Memory.Ingestion;

/// <summary>Makes documents, and reads them as an ingestion does.</summary>
internal static class Documents
{
    private const string WordNamespace = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

    public static DocumentPieces Parse(string path, byte[] bytes, DocumentLimits? limits = null) =>
        new DocumentParser(DocumentFormats.Default, limits ?? new DocumentLimits(), TimeProvider.System).Parse(path, bytes, MemoryFolder.Cancellation);

    public static DocumentPieces Parse(string path, string text, DocumentLimits? limits = null) => Parse(path, Encoding.UTF8.GetBytes(text), limits);

    public static (string? Section, string Text)[] Chunks(this DocumentPieces pieces)
    {
        Assert.Null(pieces.Skipped);
        return [.. pieces.Chunks.Select(chunk => (chunk.Section, chunk.Text))];
    }

    /// <summary>A PDF with a line of text on each page; none for a page without text.</summary>
    public static byte[] Pdf(params string[] pages)
    {
        var builder = new PdfDocumentBuilder();
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        foreach (var text in pages)
        {
            var page = builder.AddPage(PageSize.A4);
            var y = 700;
            foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                page.AddText(line, 12, new PdfPoint(50, y), font);
                y -= 16;
            }
        }

        return builder.Build();
    }

    /// <summary>A Word document with this body, and heading styles under names as a German Word gives them.</summary>
    public static byte[] Docx(string body, string? styles = null, Action<ZipArchive>? more = null)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "[Content_Types].xml", """
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
                <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>
                <Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
                <Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>
                """);
            Add(archive, "_rels/.rels", """
                <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Target="word/document.xml"
                Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>
                """);
            Add(archive, "word/_rels/document.xml.rels", """
                <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Target="styles.xml"
                Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"/></Relationships>
                """);
            Add(archive, "word/styles.xml", styles ?? $"""
                <w:styles {WordNamespace}><w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
                <w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style></w:styles>
                """);
            Add(archive, "word/document.xml", body.StartsWith("<?xml", StringComparison.Ordinal) ? body : $"<w:document {WordNamespace}><w:body>{body}</w:body></w:document>");
            more?.Invoke(archive);
        }

        return stream.ToArray();
    }

    public static string Paragraph(string text, string? style = null) =>
        $"<w:p>{(style is null ? "" : $"<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>")}<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>";

    private static void Add(ZipArchive archive, string name, string text)
    {
        using var writer = new StreamWriter(archive.CreateEntry(name).Open());
        writer.Write(text);
    }
}
