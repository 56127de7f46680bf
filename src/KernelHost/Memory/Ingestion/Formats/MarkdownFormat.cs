namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Markdown: headings become the path, blocks of code and rows of tables stay whole. The text stays as it was written.</summary>
internal sealed class MarkdownFormat : DocumentFormat
{
    public override string Name => "Markdown";

    public override IReadOnlyList<string> Extensions => [".md", ".markdown"];

    public override ParsedDocument Read(DocumentInput input)
    {
        var text = input.Text;
        var outline = MarkdownOutline.Read(text);
        var sections = Join(outline.Sections);
        // A document of nothing but headings is still a document.
        sections = sections.Count > 0 ? sections : [new DocumentSection(Path: null, 0, text.Length) { IsHeadingOnly = true }];
        return new ParsedDocument(outline.Title, text, WithWholes(sections, outline.Wholes));
    }

    // Headings without text join the section that follows, the last ones the section before.
    private static List<DocumentSection> Join(IReadOnlyList<DocumentSection> outline)
    {
        var sections = new List<DocumentSection>();
        DocumentSection? headings = null;
        foreach (var section in outline)
        {
            if (section.IsHeadingOnly)
            {
                headings = headings is null ? section : headings with { End = section.End };
                continue;
            }

            sections.Add(headings is null ? section : section with { Start = headings.Start });
            headings = null;
        }

        if (headings is not null && sections.Count > 0)
        {
            sections[^1] = sections[^1] with { End = headings.End };
        }

        return sections;
    }

    private static List<DocumentSection> WithWholes(List<DocumentSection> sections, IReadOnlyList<TextSpan> wholes)
    {
        var next = 0;
        for (var i = 0; i < sections.Count && next < wholes.Count; i++)
        {
            List<TextSpan> inside = [];
            for (; next < wholes.Count && wholes[next].Start < sections[i].End; next++)
            {
                inside.Add(wholes[next]);
            }

            sections[i] = sections[i] with { Wholes = inside };
        }

        return sections;
    }
}
