using System.Globalization;
using System.Text;
using System.Xml;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Goes forward through the body of a Word document. Of tables within tables, the inner ones are words of the outer cell.</summary>
internal sealed class DocxBody(XmlReader reader, DocumentBuilder builder, DocumentInput input, DocxStyles styles)
{
    private readonly StringBuilder _text = new();
    private readonly List<string> _cells = [];
    private string[]? _columns;
    private int _tables;
    private int _level;
    private bool _isListItem;
    private bool _isHidden;
    private bool _isHeaderRow;
    private bool _isText;

    public void Read()
    {
        while (reader.Read())
        {
            input.CancellationToken.ThrowIfCancellationRequested();
            if (reader.Depth > input.Limits.Depth)
            {
                throw new DocumentRefusedException(string.Create(CultureInfo.InvariantCulture, $"Its elements are nested more than {input.Limits.Depth} deep."));
            }

            switch (reader.NodeType)
            {
                case XmlNodeType.Element when IsLeftOut(reader.LocalName):
                    SkipElement();
                    break;
                case XmlNodeType.Element:
                    var isEmpty = reader.IsEmptyElement;
                    var name = reader.LocalName;
                    Enter(name);
                    if (isEmpty)
                    {
                        Leave(name);
                    }

                    break;
                case XmlNodeType.EndElement:
                    Leave(reader.LocalName);
                    break;
                case XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace when _isText && !_isHidden:
                    _text.Append(reader.Value);
                    break;
            }
        }
    }

    /// <summary>An attribute by its local name: the prefix and the namespace differ between the two editions of the format.</summary>
    public static string? Attribute(XmlReader reader, string name)
    {
        string? value = null;
        for (var found = reader.MoveToFirstAttribute(); found && value is null; found = reader.MoveToNextAttribute())
        {
            value = reader.LocalName == name ? reader.Value : null;
        }

        reader.MoveToElement();
        return value;
    }

    /// <summary>The level of a heading that an element <c>outlineLvl</c> names; 0 for body text.</summary>
    public static int OutlineLevel(XmlReader reader) =>
        int.TryParse(Attribute(reader, "val"), CultureInfo.InvariantCulture, out var level) && level is >= 0 and <= 8 ? level + 1 : 0;

    // A fallback repeats what stands before it; the others are no text of the document, or no longer.
    private static bool IsLeftOut(string name) => name is "Fallback" or "del" or "moveFrom" or "instrText" or "delText" or "drawing" or "object" or "pict";

    // Leaves the reader on the last node of the element, so that the loop's next step does not pass over its neighbour.
    private void SkipElement()
    {
        var depth = reader.Depth;
        if (!reader.IsEmptyElement)
        {
            while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
            {
                input.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private void Enter(string name)
    {
        switch (name)
        {
            case "p":
                (_level, _isListItem) = (0, false);
                break;
            case "pStyle":
                _level = styles.LevelOf(Attribute(reader, "val"));
                break;
            case "outlineLvl":
                _level = OutlineLevel(reader);
                break;
            case "numPr":
                _isListItem = true;
                break;
            case "r":
                _isHidden = false;
                break;
            case "vanish" or "webHidden":
                _isHidden = Attribute(reader, "val") is not ("0" or "false" or "off");
                break;
            case "t":
                _isText = true;
                break;
            case "tab":
                _text.Append('\t');
                break;
            case "br" or "cr":
                _text.Append('\n');
                break;
            case "tbl":
                Flush();
                _columns = ++_tables == 1 ? null : _columns;
                break;
            case "tr" when _tables == 1:
                input.CountRow();
                _cells.Clear();
                _isHeaderRow = false;
                break;
            case "tblHeader" when _tables == 1:
                _isHeaderRow = true;
                break;
        }
    }

    private void Leave(string name)
    {
        switch (name)
        {
            case "t":
                _isText = false;
                break;
            case "r":
                _isHidden = false;
                break;
            case "p" when _tables == 0:
                Flush();
                break;
            case "p":
                _text.Append('\n');
                break;
            case "tc" when _tables == 1:
                input.CountCell();
                _cells.Add(string.Join(' ', _text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
                _text.Clear();
                break;
            case "tr" when _tables == 1 && _isHeaderRow && _columns is null:
                _columns = [.. _cells];
                break;
            case "tr" when _tables == 1:
                builder.Row(TableRow.Write(_columns, _cells));
                break;
            case "tbl":
                _tables--;
                break;
        }
    }

    private void Flush()
    {
        if (_tables > 0)
        {
            return;
        }

        var text = _text.ToString().Trim();
        _text.Clear();
        if (text.Length > 0 && _level > 0)
        {
            builder.Heading(_level, text.ReplaceLineEndings(" "));
        }
        else if (_isListItem && text.Length > 0)
        {
            builder.Line($"- {text}");
        }
        else
        {
            builder.Paragraph(text);
        }
    }
}
