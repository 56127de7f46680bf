using System.Globalization;
using AngleSharp.Html.Parser;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>
/// Watches the parser of HTML, which itself never gives up: it stops it when its time is up, and refuses documents whose tree costs far more than their text. To
/// nest is quadratic, and every unclosed <c>&lt;b&gt;</c> is made again in every paragraph that follows.
/// </summary>
internal sealed class HtmlGuard(DocumentInput input)
{
    // Far deeper than any page, and still read in a second.
    private const int MostOpen = 4_000;
    private const int MostRemade = 1_000_000;

    private static readonly HashSet<string> Formatting = new(StringComparer.Ordinal)
        { "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u" };

    // They have no end, or need none: a list of ten thousand items is not nested.
    private static readonly HashSet<string> Endless = new(StringComparer.Ordinal)
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "frame", "basefont", "bgsound", "keygen",
        "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "rp", "rt", "rb", "rtc", "html", "head", "body",
    };

    private int _open;
    private int _formatting;
    private long _remade;

    public void Watch(HtmlTokenType type, string name)
    {
        input.CancellationToken.ThrowIfCancellationRequested();
        var step = type switch
        {
            HtmlTokenType.StartTag => 1,
            HtmlTokenType.EndTag => -1,
            _ => 0,
        };
        if (step != 0 && Formatting.Contains(name))
        {
            _formatting = Math.Max(0, _formatting + step);
        }
        else if (step != 0 && !Endless.Contains(name))
        {
            _open = Math.Max(0, _open + step);
        }

        _remade += Math.Min(_formatting, input.Limits.Depth);
        if (_open > MostOpen || _remade > MostRemade)
        {
            throw new DocumentRefusedException(string.Create(CultureInfo.InvariantCulture, $"Its elements are nested more than {MostOpen:N0} deep, or never closed."));
        }
    }
}
