namespace KernelHost.Memory.Ingestion;

/// <summary>The title of a Markdown document and its sections in order.</summary>
internal sealed class MarkdownOutline
{
    private readonly string _text;
    private readonly List<MarkdownSection> _sections = [];
    private readonly List<(int Level, string Heading)> _headings = [];
    private int _sectionStart;
    private int _headingStart;

    private MarkdownOutline(string text)
    {
        _text = text;
    }

    public string? Title { get; private set; }

    public IReadOnlyList<MarkdownSection> Sections => _sections;

    /// <param name="text">Markdown with line feeds only.</param>
    public static MarkdownOutline Read(string text)
    {
        var outline = new MarkdownOutline(text);
        outline.Scan(outline.ReadFrontMatter());
        return outline;
    }

    private int ReadFrontMatter()
    {
        if (!_text.StartsWith("---\n", StringComparison.Ordinal))
        {
            return 0;
        }

        var close = _text.IndexOf("\n---\n", 3, StringComparison.Ordinal);
        if (close < 0)
        {
            return 0;
        }

        foreach (var line in _text[4..Math.Max(4, close)].Split('\n'))
        {
            if (line.StartsWith("title:", StringComparison.OrdinalIgnoreCase) && line[6..].Trim().Trim('"', '\'') is { Length: > 0 } title)
            {
                Title = title;
            }
        }

        return close + 5;
    }

    private void Scan(int position)
    {
        _sectionStart = _headingStart = position;
        string? fence = null;
        var previous = (Start: -1, End: -1);
        while (position < _text.Length)
        {
            var feed = _text.IndexOf('\n', position);
            var end = feed < 0 ? _text.Length : feed;
            var line = _text.AsSpan(position, end - position).Trim();
            if (fence is not null)
            {
                fence = line.StartsWith(fence) ? null : fence;
            }
            else if (line.StartsWith("```") || line.StartsWith("~~~"))
            {
                fence = line[..3].ToString();
            }
            else if (HeadingLevel(line) is var level and > 0)
            {
                Open(level, line[level..].TrimEnd('#'), position, end);
            }
            else if (UnderlineLevel(line, previous) is var underlined and > 0)
            {
                Open(underlined, _text.AsSpan(previous.Start, previous.End - previous.Start), previous.Start, end);
            }

            previous = (position, end);
            position = end + 1;
        }

        Close(_text.Length, _text.Length);
    }

    private static int HeadingLevel(ReadOnlySpan<char> line)
    {
        var level = line.IndexOfAnyExcept('#');
        return level is >= 1 and <= 6 && char.IsWhiteSpace(line[level]) ? level : 0;
    }

    // Only a line of its own may be underlined: the last line of a paragraph, a list or a table above "---" is no heading.
    private int UnderlineLevel(ReadOnlySpan<char> line, (int Start, int End) previous)
    {
        if (line.Length < 3 || line[0] is not ('=' or '-') || line.ContainsAnyExcept(line[0]) || previous.End <= previous.Start)
        {
            return 0;
        }

        var above = _text.AsSpan(previous.Start, previous.End - previous.Start).Trim();
        var startsParagraph = previous.Start < 2 || _text[previous.Start - 2] == '\n';
        return startsParagraph && above.Length > 0 && above[0] is not ('#' or '-' or '*' or '>' or '|' or '=') ? line[0] == '=' ? 1 : 2 : 0;
    }

    private void Open(int level, ReadOnlySpan<char> heading, int headingStart, int headingEnd)
    {
        var name = heading.ToString().Replace("`", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal).Trim();
        Close(headingStart, headingEnd, level);
        Title ??= level == 1 && name.Length > 0 ? name : null;
        _headings.RemoveAll(open => open.Level >= level);
        if (name.Length > 0)
        {
            _headings.Add((level, name));
        }
    }

    // Ends the open section. When it is a heading without text, it stays open: its words would be found nowhere else,
    // unless the next heading is below it and so carries it in its path.
    private void Close(int end, int nextStart, int nextLevel = 0)
    {
        var isEmpty = _text.AsSpan(_sectionStart, end - _sectionStart).IsWhiteSpace();
        var carriedOn = nextLevel > 0 && _headings.Count > 0 && nextLevel > _headings[^1].Level;
        var start = isEmpty && !carriedOn && !IsTitleOnly() ? _headingStart : _sectionStart;
        if (!_text.AsSpan(start, end - start).IsWhiteSpace())
        {
            _sections.Add(new MarkdownSection(Path(), start, end, IsHeadingOnly: isEmpty));
        }

        _headingStart = Math.Min(end, _text.Length);
        _sectionStart = Math.Min(nextStart, _text.Length);
    }

    private bool IsTitleOnly() => _headings.Count == 0 || (_headings.Count == 1 && _headings[0] == (1, Title));

    private string? Path()
    {
        // The title stands beside the path already.
        var path = string.Join(" > ", _headings.Where((open, i) => i > 0 || open != (1, Title)).Select(static open => open.Heading));
        return path.Length > 0 ? path : null;
    }
}

/// <summary>A span of the document below one heading.</summary>
/// <param name="Path">The headings down to here, without the title.</param>
/// <param name="Start">Where its text begins, after the heading.</param>
/// <param name="End">Where its text ends.</param>
/// <param name="IsHeadingOnly">Whether the span is nothing but the heading.</param>
internal sealed record MarkdownSection(string? Path, int Start, int End, bool IsHeadingOnly);
