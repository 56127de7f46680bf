namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>The headings that are open at a place of a document.</summary>
internal sealed class HeadingPath
{
    // A heading of more is a paragraph that somebody made large; in every chunk it would drown the text.
    private const int LongestHeading = 200;

    private readonly List<(int Level, string Heading)> _headings = [];

    /// <summary>The title: what was set, else the first heading of level one.</summary>
    public string? Title { get; set; }

    /// <summary>The level of the innermost heading; 0 before the first.</summary>
    public int Level => _headings.Count > 0 ? _headings[^1].Level : 0;

    /// <summary>Whether the title, or nothing, is all that is open.</summary>
    public bool IsTitleOnly => _headings.Count == 0 || (_headings.Count == 1 && _headings[0] == (1, Title));

    /// <summary>Goes on to the next heading.</summary>
    public void Open(int level, string heading)
    {
        var name = heading.Length <= LongestHeading ? heading : string.Concat(heading.AsSpan(0, char.IsHighSurrogate(heading[LongestHeading - 1]) ? LongestHeading - 1 : LongestHeading), "…");
        Title ??= level == 1 && name.Length > 0 ? name : null;
        _headings.RemoveAll(open => open.Level >= level);
        if (name.Length > 0)
        {
            _headings.Add((level, name));
        }
    }

    /// <summary>The headings down to here; <see langword="null"/> when there are none. The title stands beside the path and not in it.</summary>
    public string? Path
    {
        get
        {
            var path = string.Join(" > ", _headings.Where((open, i) => i > 0 || open != (1, Title)).Select(static open => open.Heading));
            return path.Length > 0 ? path : null;
        }
    }
}
