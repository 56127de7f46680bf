namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Text without structure that we know, in any file whose extension says nothing else.</summary>
internal sealed class PlainTextFormat : DocumentFormat
{
    public override string Name => "plain text";

    public override IReadOnlyList<string> Extensions => [".txt", ".text"];

    public override ParsedDocument Read(DocumentInput input) => Read(input.Text);

    public static ParsedDocument Read(string text) => new(Title: null, text, [new DocumentSection(Path: null, 0, text.Length)]);
}
