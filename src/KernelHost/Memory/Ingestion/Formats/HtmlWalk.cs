using System.Text;
using AngleSharp.Dom;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Goes through an HTML tree with a stack of its own and writes down what a person reads.</summary>
internal sealed class HtmlWalk(DocumentBuilder builder, DocumentInput input)
{
    private readonly StringBuilder _line = new();
    private readonly Dictionary<IElement, string[]> _columns = [];
    private bool _isListItem;

    public void Run(IElement body)
    {
        var open = new Stack<INode?>();
        Push(open, body);
        while (open.TryPop(out var node))
        {
            input.CancellationToken.ThrowIfCancellationRequested();
            switch (node)
            {
                case null:
                    Flush();
                    break;
                case IText text:
                    HtmlText.Append(_line, text.Data);
                    break;
                case IElement element when !HtmlText.IsHidden(element):
                    Enter(open, element);
                    break;
            }
        }

        Flush();
    }

    private void Enter(Stack<INode?> open, IElement element)
    {
        switch (element.LocalName)
        {
            case "br":
                _line.Append('\n');
                return;
            case "img":
                HtmlText.Append(_line, HtmlText.Substitute(element));
                return;
            case ['h', >= '1' and <= '6']:
                Flush();
                builder.Heading(element.LocalName[1] - '0', HtmlText.Of(element));
                return;
            case "pre":
                Flush();
                builder.Block(string.Concat(HtmlText.Visible(element).OfType<IText>().Select(static text => text.Data)).Trim('\n', '\r'));
                return;
            case "tr" when IsData(element):
                Flush();
                Row(element);
                return;
        }

        if (HtmlText.IsBlock(element))
        {
            Flush();
            _isListItem = element.LocalName == "li";
            open.Push(null);
        }

        Push(open, element);
    }

    private void Flush()
    {
        var text = _line.ToString().Trim();
        _line.Clear();
        if (text.Length > 0 && _isListItem)
        {
            builder.Line($"- {text}");
        }
        else
        {
            builder.Paragraph(text);
        }

        _isListItem = false;
    }

    private void Row(IElement row)
    {
        input.CountRow();
        var cells = row.Children.Where(static cell => cell.LocalName is "td" or "th").ToList();
        string[] texts = [.. cells.Select(HtmlText.Of)];
        cells.ForEach(_ => input.CountCell());
        var table = row.Closest("table") ?? row;
        if (cells.Count > 1 && !_columns.ContainsKey(table) && cells.TrueForAll(static cell => cell.LocalName == "th"))
        {
            _columns[table] = texts;
            return;
        }

        builder.Row(TableRow.Write(_columns.GetValueOrDefault(table), texts));
    }

    // A table that holds other blocks lays a page out; its cells are read one after the other.
    private static bool IsData(IElement row) => !HtmlText.Visible(row).OfType<IElement>().Any(static element =>
        element.LocalName is "table" or "pre" or "ul" or "ol" or ['h', >= '1' and <= '6']);

    private static void Push(Stack<INode?> open, INode node)
    {
        for (var i = node.ChildNodes.Length - 1; i >= 0; i--)
        {
            open.Push(node.ChildNodes[i]);
        }
    }
}
