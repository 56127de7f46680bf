namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>The title of a Markdown document, its sections, and the spans of code and rows, in order.</summary>
internal sealed class MarkdownOutline
{
    private readonly string _text;
    private readonly List<DocumentSection> _sections = [];
    private readonly List<TextSpan> _wholes = [];
    private readonly HeadingPath _headings = new();
    private int _sectionStart;
    private int _headingStart;

    private MarkdownOutline(string text)
    {
        _text = text;
    }

    public string? Title => _headings.Title;

    public IReadOnlyList<DocumentSection> Sections => _sections;

    public IReadOnlyList<TextSpan> Wholes => _wholes;

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
                _headings.Title = title;
            }
        }

        return close + 5;
    }

    private void Scan(int position)
    {
        _sectionStart = _headingStart = position;
        string? fence = null;
        var fenceStart = position;
        var previous = (Start: -1, End: -1);
        while (position < _text.Length)
        {
            var feed = _text.IndexOf('\n', position);
            var end = feed < 0 ? _text.Length : feed;
            var line = _text.AsSpan(position, end - position).Trim();
            if (fence is not null)
            {
                if (line.StartsWith(fence))
                {
                    _wholes.Add(new TextSpan(fenceStart, end));
                    fence = null;
                }
            }
            else if (line.StartsWith("```") || line.StartsWith("~~~"))
            {
                (fence, fenceStart) = (line[..3].ToString(), position);
            }
            else if (HeadingLevel(line) is var level and > 0)
            {
                Open(level, line[level..].TrimEnd('#'), position, end);
            }
            else if (UnderlineLevel(line, previous) is var underlined and > 0)
            {
                Open(underlined, _text.AsSpan(previous.Start, previous.End - previous.Start), previous.Start, end);
            }
            else if (line is ['|', _, ..])
            {
                _wholes.Add(new TextSpan(position, end));
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
        Close(headingStart, headingEnd, level);
        _headings.Open(level, heading.ToString().Replace("`", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal).Trim());
    }

    // Ends the open section. When it is a heading without text, it stays open: its words would be found nowhere else,
    // unless the next heading is below it and so carries it in its path.
    private void Close(int end, int nextStart, int nextLevel = 0)
    {
        var isEmpty = _text.AsSpan(_sectionStart, end - _sectionStart).IsWhiteSpace();
        var carriedOn = nextLevel > 0 && _headings.Level > 0 && nextLevel > _headings.Level;
        var start = isEmpty && !carriedOn && !_headings.IsTitleOnly ? _headingStart : _sectionStart;
        if (!_text.AsSpan(start, end - start).IsWhiteSpace())
        {
            _sections.Add(new DocumentSection(_headings.Path, start, end) { IsHeadingOnly = isEmpty });
        }

        _headingStart = Math.Min(end, _text.Length);
        _sectionStart = Math.Min(nextStart, _text.Length);
    }
}
