using System.Text;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Puts the readable text of a document together, block by block, for formats whose text is not their source.</summary>
internal sealed class DocumentBuilder(DocumentInput input)
{
    private readonly StringBuilder _text = new();
    private readonly List<DocumentSection> _sections = [];
    private readonly HeadingPath _headings = new();
    private List<TextSpan> _wholes = [];
    private string? _pendingHeading;
    private int _start;

    /// <summary>The title; without one, the first heading of level one.</summary>
    public string? Title
    {
        get => _headings.Title;
        set => _headings.Title = value;
    }

    /// <summary>How much text there is so far.</summary>
    public int Length => _text.Length;

    /// <summary>Begins a section below a heading.</summary>
    public void Heading(int level, string heading)
    {
        Close(level);
        _headings.Open(level, heading);
        _pendingHeading = heading.Length > 0 && !_headings.IsTitleOnly ? heading : null;
    }

    /// <summary>Adds a paragraph.</summary>
    public void Paragraph(string text) => Add(text, "\n\n", isWhole: false);

    /// <summary>Adds a line of a list.</summary>
    public void Line(string text) => Add(text, "\n", isWhole: false);

    /// <summary>Adds a row of a table.</summary>
    public void Row(string text) => Add(text, "\n", isWhole: true);

    /// <summary>Adds a block that should not be cut.</summary>
    public void Block(string text) => Add(text, "\n\n", isWhole: true);

    /// <summary>Adds a record: a section of its own.</summary>
    public void Record(string? path, string text)
    {
        Close(nextLevel: 0);
        var start = Append(text, "\n\n");
        if (_text.Length > start)
        {
            _sections.Add(new DocumentSection(path, start, _text.Length) { Wholes = [new TextSpan(start, _text.Length)], IsRecord = true });
        }

        _start = _text.Length;
    }

    public ParsedDocument Build()
    {
        Close(nextLevel: 0);
        if (_sections.Count == 0 && Title is { Length: > 0 } title)
        {
            // A document of nothing but a title is still a document.
            Append(title, "");
            Close(nextLevel: 0);
        }

        return new ParsedDocument(Title, _text.ToString(), _sections);
    }

    private void Add(string text, string separator, bool isWhole)
    {
        var start = Append(text, separator);
        if (isWhole && _text.Length > start)
        {
            _wholes.Add(new TextSpan(start, _text.Length));
        }
    }

    private int Append(string text, string separator)
    {
        if (text.Length == 0)
        {
            return _text.Length;
        }

        if (_text.Length > 0)
        {
            _text.Append(separator);
        }

        var start = _text.Length;
        _text.Append(TextDecoding.Clean(text));
        input.CancellationToken.ThrowIfCancellationRequested();
        DocumentInput.Require(_text.Length, input.Limits.Characters, "characters of text");
        return start;
    }

    private void Close(int nextLevel)
    {
        // The words of a heading without text would be found nowhere else, unless the next heading is below it and carries it in its path.
        if (_text.Length == _start && _pendingHeading is { } heading && (nextLevel == 0 || nextLevel <= _headings.Level))
        {
            Append(heading, "\n\n");
        }

        _pendingHeading = null;
        if (_text.Length > _start)
        {
            _sections.Add(new DocumentSection(_headings.Path, _start, _text.Length) { Wholes = _wholes });
            _wholes = [];
        }

        _start = _text.Length;
    }
}
