using KernelHost.Memory.Ingestion.Formats;

namespace KernelHost.Memory.Ingestion;

/// <summary>Cuts the sections of a document into small chunks, which are searched, and keeps the larger text around them, which is shown.</summary>
internal sealed class SectionCutter(ParsedDocument document)
{
    // About what a model reads without losing the thread, and six times a chunk.
    private const int LargestSection = 8_000;

    private readonly List<Chunk> _chunks = [];
    private readonly List<string> _sections = [];

    public IReadOnlyList<Chunk> Chunks => _chunks;

    /// <summary>What <see cref="Chunk.Parent"/> counts.</summary>
    public IReadOnlyList<string> Sections => _sections;

    public void Add(DocumentSection section)
    {
        var spans = Chunker.Cut(document.Text, section.Start, section.End, section.Wholes).ToList();
        for (var first = 0; first < spans.Count;)
        {
            var last = first;
            while (last + 1 < spans.Count && spans[last + 1].End - spans[first].Start <= LargestSection)
            {
                last++;
            }

            Add(section, spans[first..(last + 1)]);
            first = last + 1;
        }
    }

    private void Add(DocumentSection section, List<TextSpan> spans)
    {
        int? parent = null;
        if (spans.Count > 1)
        {
            parent = _sections.Count;
            _sections.Add(document.Text[spans[0].Start..spans[^1].End]);
        }

        foreach (var span in spans)
        {
            _chunks.Add(new Chunk(document.Title, section.Path, document.Text[span.Start..span.End])
            {
                Page = document.PageAt(span.Start),
                Parent = parent,
                IsRecord = section.IsRecord,
            });
        }
    }
}
