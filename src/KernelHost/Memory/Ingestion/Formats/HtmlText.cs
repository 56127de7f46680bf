using System.Text;
using AngleSharp.Dom;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>What of an HTML tree is read, and the words of a part of it on one line.</summary>
internal static class HtmlText
{
    private static readonly HashSet<string> Unread = new(StringComparer.Ordinal)
    {
        "script", "style", "noscript", "template", "nav", "head", "iframe", "object", "embed", "svg", "math", "canvas", "audio", "video",
        "button", "input", "select", "textarea", "datalist", "dialog", "map",
    };

    private static readonly HashSet<string> Blocks = new(StringComparer.Ordinal)
    {
        "p", "div", "section", "article", "main", "header", "footer", "aside", "blockquote", "ul", "ol", "dl", "dt", "dd", "li", "table", "thead", "tbody", "tfoot",
        "tr", "td", "th", "caption", "figure", "figcaption", "form", "fieldset", "address", "details", "summary", "hr", "body", "center",
        "h1", "h2", "h3", "h4", "h5", "h6", "pre",
    };

    /// <summary>Whether the element and all in it is not for readers.</summary>
    public static bool IsHidden(IElement element) =>
        Unread.Contains(element.LocalName)
        || element.HasAttribute("hidden")
        || string.Equals(element.GetAttribute("aria-hidden"), "true", StringComparison.OrdinalIgnoreCase)
        || string.Equals(element.GetAttribute("role"), "navigation", StringComparison.OrdinalIgnoreCase)
        || (element.GetAttribute("style") is { } style && IsHiding(style));

    /// <summary>Whether the element stands on lines of its own.</summary>
    public static bool IsBlock(IElement element) => Blocks.Contains(element.LocalName);

    /// <summary>The words of an element and all in it that is read, on one line.</summary>
    public static string Of(INode node)
    {
        var text = new StringBuilder();
        foreach (var part in Visible(node))
        {
            if (part is IText words)
            {
                Append(text, words.Data);
            }
            else if (part is IElement element && (IsBlock(element) || element.LocalName == "br"))
            {
                Append(text, " ");
            }
            else
            {
                Append(text, Substitute(part));
            }
        }

        return text.ToString().Trim();
    }

    /// <summary>The nodes that are read, in order, the element itself left out.</summary>
    public static IEnumerable<INode> Visible(INode root)
    {
        var open = new Stack<INode>();
        Push(open, root);
        while (open.TryPop(out var node))
        {
            if (node is IElement element)
            {
                if (IsHidden(element))
                {
                    continue;
                }

                yield return node;
                Push(open, node);
            }
            else
            {
                yield return node;
            }
        }
    }

    /// <summary>What stands for an element that shows no text of its own.</summary>
    public static string Substitute(INode node) => node is IElement { LocalName: "img" } image && image.GetAttribute("alt") is { Length: > 0 } alt ? alt : "";

    /// <summary>Appends text with its white space collapsed, as a browser shows it.</summary>
    public static void Append(StringBuilder text, string words)
    {
        foreach (var character in words)
        {
            if (character is not (' ' or '\n' or '\t' or '\r' or '\f'))
            {
                text.Append(character);
            }
            else if (text.Length > 0 && text[^1] is not (' ' or '\n'))
            {
                text.Append(' ');
            }
        }
    }

    public static void Push(Stack<INode> open, INode node)
    {
        for (var i = node.ChildNodes.Length - 1; i >= 0; i--)
        {
            open.Push(node.ChildNodes[i]);
        }
    }

    private static bool IsHiding(string style)
    {
        var plain = style.Replace(" ", "", StringComparison.Ordinal);
        return plain.Contains("display:none", StringComparison.OrdinalIgnoreCase) || plain.Contains("visibility:hidden", StringComparison.OrdinalIgnoreCase);
    }
}
