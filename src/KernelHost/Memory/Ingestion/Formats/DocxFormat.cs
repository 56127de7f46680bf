using System.Xml;
using DocumentFormat.OpenXml.Packaging;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Word documents (Office Open XML): headings become the path, lists lines, tables rows. Comments, deleted and hidden text are left out.</summary>
internal sealed class DocxFormat : DocumentFormat
{
    public override string Name => "Word";

    public override IReadOnlyList<string> Extensions => [".docx"];

    public override bool IsText => false;

    public override ParsedDocument Read(DocumentInput input)
    {
        if (!ZipCheck.Run(input).Contains("word/document.xml"))
        {
            throw new DocumentRefusedException("It is an archive, and no Word document.");
        }

        try
        {
            using var stream = new MemoryStream(input.Bytes, writable: false);
            using var package = WordprocessingDocument.Open(stream, isEditable: false, new OpenSettings { AutoSave = false, MaxCharactersInPart = input.Limits.UnpackedBytes });
            var main = package.MainDocumentPart ?? throw new DocumentRefusedException("It has no main part.");
            var builder = new DocumentBuilder(input) { Title = package.PackageProperties.Title is { } title && !string.IsNullOrWhiteSpace(title) ? title.Trim() : null };
            using var reader = Open(main, input);
            new DocxBody(reader, builder, input, DocxStyles.Read(main.StyleDefinitionsPart, input)).Read();
            return builder.Build();
        }
        catch (Exception exception) when (exception is XmlException or OpenXmlPackageException or InvalidDataException or FileFormatException)
        {
            throw new DocumentRefusedException($"It cannot be read as a Word document: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a part forward, without a tree: entities are refused, and no nesting can overflow the stack.</summary>
    public static XmlReader Open(OpenXmlPart part, DocumentInput input) => XmlReader.Create(part.GetStream(FileMode.Open, FileAccess.Read), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = input.Limits.UnpackedBytes,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
    });
}
