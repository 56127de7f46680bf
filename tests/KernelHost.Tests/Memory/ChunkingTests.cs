using System.Text;
using KernelHost.Memory.Ingestion;
using KernelHost.Memory.Ingestion.Formats;

namespace KernelHost.Tests.Memory;

public sealed class ChunkingTests
{
    private static (string? Title, IReadOnlyList<Chunk> Chunks) Parse(string path, string text)
    {
        var pieces = new DocumentParser(DocumentFormats.Default, new DocumentLimits(), TimeProvider.System).Parse(path, Encoding.UTF8.GetBytes(text), MemoryFolder.Cancellation);
        return (pieces.Title, pieces.Chunks);
    }

    [Fact]
    public void Parse_Markdown_KeepsHeadingsAsPath()
    {
        var (title, chunks) = Parse("a.md",
            "# The `Guide`\n\nIntro.\n\n## Setup ##\n\nInstall.\n\n### Linux\n\nUse apt.\n\n## Use\n\nRun.\n\n# Appendix\n\nMore.");
        Assert.Equal("The Guide", title);
        Assert.Equal(
            [(null, "Intro."), ("Setup", "Install."), ("Setup > Linux", "Use apt."), ("Use", "Run."), ("Appendix", "More.")],
            chunks.Select(chunk => (chunk.Section, chunk.Text)));
    }

    [Fact]
    public void Parse_UnderlinedHeadings_AreHeadings()
    {
        var (title, chunks) = Parse("a.md", "Guide\n=====\n\nSetup\n-----\n\nInstall.\n\n- item\n---\n\ntwo\nlines\n---\n\nend");
        Assert.Equal("Guide", title);
        Assert.Equal(("Setup", "Install.\n\n- item\n---\n\ntwo\nlines\n---\n\nend"), (chunks.Single().Section, chunks.Single().Text));
    }

    [Fact]
    public void Parse_FencedCode_HasNoHeadings()
    {
        var (title, chunks) = Parse("a.md", "# T\n\n```sh\n# comment\n```\n\n~~~\n## other\n~~~\nend");
        Assert.Equal("T", title);
        Assert.Null(chunks.Single().Section);
        Assert.Contains("# comment", chunks.Single().Text);
    }

    [Fact]
    public void Parse_HeadingsWithoutText_JoinTheirNeighbour()
    {
        var (_, chunks) = Parse("a.md", "# T\n\n## Empty\n\n## Parent\n\n### Child\n\nText.\n\n## Last");
        Assert.Equal([("Parent > Child", "## Empty\n\n## Parent\n\n### Child\n\nText.\n\n## Last")], chunks.Select(chunk => (chunk.Section!, chunk.Text)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(" \n\n", 0)]
    [InlineData("# Title", 1)]
    [InlineData("---\ntitle: T\n---\n", 1)]
    [InlineData("---\nunclosed", 1)]
    [InlineData("---\n---\n", 1)]
    [InlineData("#", 1)]
    [InlineData("#\n##\n", 1)]
    [InlineData("===\n---", 1)]
    [InlineData("```\n# never closed", 1)]
    [InlineData("####### seven", 1)]
    public void Parse_DegenerateMarkdown_LosesNothing(string text, int chunks) =>
        Assert.Equal(chunks, Parse("a.md", text).Chunks.Count);

    [Fact]
    public void Parse_PlainText_HasNeitherTitleNorSections()
    {
        var (title, chunks) = Parse("a.txt", "# not a heading\n\ntext");
        Assert.Null(title);
        Assert.Equal((null, "# not a heading\n\ntext"), (chunks.Single().Section, chunks.Single().Text));
    }

    [Fact]
    public void Cut_LongProse_CutsBetweenSentencesWithOverlapAndCoversEverything()
    {
        var text = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"This is the sentence with the number {i}, and it ends here."));
        var spans = Chunker.Cut(text, 0, text.Length, []).ToList();

        Assert.All(spans, span => Assert.InRange(span.End - span.Start, 200, 1200));
        Assert.All(spans, span => Assert.StartsWith("This is", text[span.Start..span.End]));
        Assert.All(spans, span => Assert.EndsWith("here.", text[span.Start..span.End]));
        Assert.Equal((0, text.Length), (spans[0].Start, spans[^1].End));
        Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.InRange(pair.First.End - pair.Second.Start, 1, 150));
    }

    [Fact]
    public void Cut_ParagraphsNearTheLimit_CutsBetweenParagraphs()
    {
        var paragraph = string.Join(' ', Enumerable.Repeat("Some words make a sentence.", 18));
        var text = string.Join("\n\n", Enumerable.Repeat(paragraph, 6));
        Assert.All(Chunker.Cut(text, 0, text.Length, []).SkipLast(1), span => Assert.Equal("\n\n", text.Substring(span.End, 2)));
    }

    [Fact]
    public void Cut_NoBlanksAtAll_NeverCutsAPairOfSurrogates()
    {
        var text = "x" + string.Concat(Enumerable.Repeat("😀", 2000));
        var pieces = Chunker.Cut(text, 0, text.Length, []).Select(span => text[span.Start..span.End]).ToList();
        Assert.Equal(text, string.Concat(pieces));
        Assert.All(pieces, piece => Assert.False(char.IsLowSurrogate(piece[0])));
    }

    [Fact]
    public void Cut_AnyTextWithAnyWholes_LosesNothingAndKeepsWhatFits()
    {
        var random = new Random(17);
        for (var round = 0; round < 300; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 900)).Select(_ => random.Next(12) switch { 0 => "\n\n", 1 => ". ", 2 => "\n", 3 => "😀", _ => new string('a', random.Next(1, 9)) + " " }));
            var wholes = new List<TextSpan>();
            for (var start = random.Next(300); start < text.Length;)
            {
                var end = Math.Min(text.Length, start + random.Next(1, 1500));
                wholes.Add(new TextSpan(start, end));
                start = end + random.Next(400);
            }

            var spans = Chunker.Cut(text, 0, text.Length, wholes).ToList();

            Assert.All(spans, span => Assert.InRange(span.End - span.Start, 1, 1200));
            var covered = 0;
            foreach (var span in spans)
            {
                Assert.True(span.Start < covered || string.IsNullOrWhiteSpace(text[covered..span.Start]), $"round {round}: text before {span.Start} is lost");
                Assert.True(span.End > covered);
                covered = span.End;
            }

            Assert.True(string.IsNullOrWhiteSpace(text[covered..]));
            Assert.All(wholes.Where(whole => whole.End - whole.Start <= 1200), whole =>
                Assert.Contains(spans, span => string.IsNullOrWhiteSpace(text[whole.Start..Math.Clamp(span.Start, whole.Start, whole.End)]) && string.IsNullOrWhiteSpace(text[Math.Clamp(span.End, whole.Start, whole.End)..whole.End])));
        }
    }

    [Fact]
    public void Cut_EditAtTheEnd_LeavesEarlierChunksAsTheyWere()
    {
        var text = string.Join(' ', Enumerable.Range(0, 100).Select(i => $"Sentence number {i} stands here."));
        var before = Parse("a.txt", text).Chunks;
        var after = Parse("a.txt", text + " And one more.").Chunks;
        Assert.Equal(before.SkipLast(2).Select(chunk => chunk.Hash), after.Take(before.Count - 2).Select(chunk => chunk.Hash));
    }
}
