using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>HTML as a person reads it: without scripts, styles, navigation and what is hidden; headings become the path, tables rows.</summary>
internal sealed class HtmlFormat : DocumentFormat
{
    public override string Name => "HTML";

    public override IReadOnlyList<string> Extensions => [".html", ".htm", ".xhtml"];

    public override ParsedDocument Read(DocumentInput input)
    {
        // The parser bounds the depth of its tree, and the walk keeps its own stack: neither can overflow the thread's.
        var guard = new HtmlGuard(input);
        var parser = new HtmlParser(new HtmlParserOptions
        {
            MaximumDepth = input.Limits.Depth,
            SkipComments = true,
            SkipScriptText = true,
            OnToken = (token, _) => guard.Watch(token.Type, token.Name),
        });
        using var document = parser.ParseDocument(input.Text);
        input.CancellationToken.ThrowIfCancellationRequested();
        var builder = new DocumentBuilder(input) { Title = Title(document) };
        if (document.Body is { } body)
        {
            new HtmlWalk(builder, input).Run(body);
        }

        return builder.Build();
    }

    private static string? Title(IHtmlDocument document)
    {
        // Of the document itself; a drawing may have titles, too.
        var title = document.Head?.Children.FirstOrDefault(static element => element.LocalName == "title");
        return title is null ? null : HtmlText.Of(title) is { Length: > 0 and <= 300 } text ? text : null;
    }
}
