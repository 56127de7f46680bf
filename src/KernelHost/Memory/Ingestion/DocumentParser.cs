namespace KernelHost.Memory.Ingestion;

/// <summary>Turns the text of a document into chunks, by the structure that its format has.</summary>
internal static class DocumentParser
{
    /// <param name="path">Decides the format: <c>.md</c> and <c>.markdown</c> are Markdown, everything else is plain text.</param>
    /// <param name="text">The content with line feeds only.</param>
    public static (string? Title, IReadOnlyList<Chunk> Chunks) Parse(string path, string text)
    {
        var (title, sections) = IsMarkdown(path)
            ? ReadMarkdown(text)
            : (null, [new MarkdownSection(Path: null, 0, text.Length, IsHeadingOnly: false)]);
        var chunks = new List<Chunk>();
        foreach (var section in sections)
        {
            foreach (var (start, end) in Chunker.Cut(text, section.Start, section.End))
            {
                chunks.Add(new Chunk(title, section.Path, text[start..end]));
            }
        }

        return (title, chunks);
    }

    private static bool IsMarkdown(string path) =>
        path.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".markdown", StringComparison.OrdinalIgnoreCase);

    private static (string? Title, IReadOnlyList<MarkdownSection> Sections) ReadMarkdown(string text)
    {
        var outline = MarkdownOutline.Read(text);
        var sections = new List<MarkdownSection>();
        MarkdownSection? headings = null;
        foreach (var section in outline.Sections)
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

        // A document of nothing but headings is still a document.
        return (outline.Title, sections.Count > 0 ? sections : [new MarkdownSection(Path: null, 0, text.Length, IsHeadingOnly: true)]);
    }
}
