namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>What a reader found in a document.</summary>
/// <param name="Title">The title, if it has one.</param>
/// <param name="Text">The readable text, with line feeds only. All offsets count its characters.</param>
/// <param name="Sections">What belongs together, in order, without overlap.</param>
internal sealed record ParsedDocument(string? Title, string Text, IReadOnlyList<DocumentSection> Sections)
{
    /// <summary>Where in the text each page begins; empty when the format has no pages.</summary>
    public IReadOnlyList<int> PageStarts { get; init; } = [];

    /// <summary>The page of an offset, from 1.</summary>
    public int? PageAt(int offset)
    {
        if (PageStarts.Count == 0)
        {
            return null;
        }

        var (low, high) = (0, PageStarts.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = PageStarts[middle] <= offset ? (middle, high) : (low, middle - 1);
        }

        return low + 1;
    }
}

/// <summary>A span of a document below one heading.</summary>
/// <param name="Path">The headings down to here, without the title.</param>
/// <param name="Start">Where its text begins, after the heading.</param>
/// <param name="End">Where its text ends.</param>
internal sealed record DocumentSection(string? Path, int Start, int End)
{
    /// <summary>Spans that are not cut in the middle when they fit into a chunk, in order: rows of tables, blocks of code.</summary>
    public IReadOnlyList<TextSpan> Wholes { get; init; } = [];

    /// <summary>Whether it is data and no prose: two records that differ in one word are two facts.</summary>
    public bool IsRecord { get; init; }

    /// <summary>Whether it is nothing but a heading.</summary>
    public bool IsHeadingOnly { get; init; }
}

/// <summary>A span of a text.</summary>
internal sealed record TextSpan(int Start, int End);
