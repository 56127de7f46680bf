using System.Globalization;
using System.Text;
using KernelHost.Text;

namespace KernelHost.Runs.Grounding;

/// <summary>
/// A text as quotes are compared: white space is one blank, quotation marks and dashes are those of a keyboard, brackets are round, what is
/// invisible and Markdown's emphasis are gone. Letters and digits are as they were, in their case.
/// </summary>
internal sealed class QuoteText
{
    private readonly StringBuilder _text = new();
    private readonly List<int>? _places;

    private QuoteText(string text, bool places)
    {
        _places = places ? new List<int>(text.Length) : null;
        if (!VisibleText.IsWellFormed(text) || text.IsNormalized(NormalizationForm.FormC))
        {
            Add(text, 0, text.Length, text);
        }
        else
        {
            AddComposed(text);
        }

        while (_text.Length > 0 && _text[^1] == ' ')
        {
            _text.Length--;
        }

        Text = _text.ToString();
    }

    public string Text { get; }

    /// <summary>A text to search in.</summary>
    public static QuoteText Of(string text) => new(text, places: true);

    /// <summary>A text to look for.</summary>
    public static string Normalize(string text) => new QuoteText(text, places: false).Text;

    /// <summary>Where a span stands in the text as it was.</summary>
    public TextSpan PlaceOf(int start, int end) => new(_places![start], _places[end - 1] + 1);

    // One character as people see it after the other, so that every one knows its place.
    private void AddComposed(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, i);
            var composed = text.Substring(i, length).Normalize(NormalizationForm.FormC);
            Add(composed, 0, composed.Length, text, place: i);
            i += length;
        }
    }

    private void Add(string part, int start, int end, string whole, int? place = null)
    {
        for (var i = start; i < end; i++)
        {
            var at = place ?? i;
            switch (part[i])
            {
                case '*' or '`' when IsEmphasis(whole, at):
                    break;
                case '\u2026':
                    Put('.', at);
                    Put('.', at);
                    Put('.', at);
                    break;
                case '"' or '“' or '”' or '„' or '‟' or '«' or '»' or '‹' or '›' or '″' or '‘' or '’' or '‚' or '‛' or '´' or '「' or '」' or '『' or '』':
                    Put('\'', at);
                    break;
                case '‐' or '‑' or '‒' or '–' or '—' or '―' or '−':
                    Put('-', at);
                    break;
                case '[':
                    Put('(', at);
                    break;
                case ']':
                    Put(')', at);
                    break;
                case var character when char.IsWhiteSpace(character):
                    if (_text.Length > 0 && _text[^1] != ' ')
                    {
                        Put(' ', at);
                    }

                    break;
                case var character when char.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.Control:
                    break;
                case var character:
                    Put(character, at);
                    break;
            }
        }
    }

    private void Put(char character, int place)
    {
        _text.Append(character);
        _places?.Add(place);
    }

    // "**30 days**" is emphasis; "2*3" is not.
    private static bool IsEmphasis(string text, int at)
    {
        var (before, after) = (at - 1, at + 1);
        while (before >= 0 && at - before < 4 && text[before] == text[at])
        {
            before--;
        }

        while (after < text.Length && after - at < 4 && text[after] == text[at])
        {
            after++;
        }

        return before < 0 || after >= text.Length || !char.IsLetterOrDigit(text[before]) || !char.IsLetterOrDigit(text[after]);
    }
}
