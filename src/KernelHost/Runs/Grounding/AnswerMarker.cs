using System.Globalization;

namespace KernelHost.Runs.Grounding;

/// <summary>A number in brackets that stands for a passage, or looks to a person as if it did.</summary>
/// <param name="Number">The passage; 0 when it is written so that it cannot name one: <c>[01]</c>, <c>[1​2]</c> with something invisible, <c>【1】</c>.</param>
/// <param name="Span">The number within its brackets.</param>
/// <param name="Group">The brackets with all numbers in them: <c>[1, 2]</c> cites twice.</param>
internal readonly record struct AnswerMarker(int Number, TextSpan Span, TextSpan Group)
{
    private const int LongestGroup = 200;
    private const int MostDigits = 6;

    /// <summary>The markers of an answer in order. What stands in code, or is the text of a link, is none.</summary>
    public static List<AnswerMarker> Find(string text, IReadOnlyList<TextSpan> code)
    {
        List<AnswerMarker> markers = [];
        var nextCode = 0;
        for (var i = 0; i < text.Length; i++)
        {
            while (nextCode < code.Count && code[nextCode].End <= i)
            {
                nextCode++;
            }

            if (nextCode < code.Count && code[nextCode].Contains(i))
            {
                i = code[nextCode].End - 1;
            }
            else if (IsOpening(text[i]) && GroupEnd(text, i) is > 0 and var end)
            {
                if (!IsLink(text, i, end))
                {
                    Read(text, new TextSpan(i, end), markers);
                }

                i = end - 1;
            }
        }

        return markers;
    }

    private static bool IsOpening(char character) => character is '[' or '【' or '［' or '〔' or '⟦';

    private static bool IsClosing(char character) => character is ']' or '】' or '］' or '〕' or '⟧';

    // Behind the closing bracket of a group that holds nothing but numbers and what separates or disguises them; 0 when it is none.
    private static int GroupEnd(string text, int start)
    {
        var digits = false;
        for (var i = start + 1; i < text.Length && i - start < LongestGroup; i++)
        {
            if (IsClosing(text[i]))
            {
                return digits ? i + 1 : 0;
            }

            var kind = char.GetUnicodeCategory(text[i]);
            digits |= kind == UnicodeCategory.DecimalDigitNumber;
            if (!(kind is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.Format || text[i] is ' ' or '\u00A0' or '\u202F' or ',' or ';' or '\\'))
            {
                return 0;
            }
        }

        return 0;
    }

    // [1](https://...) and [[1]](https://...) lead somewhere; they name no passage.
    private static bool IsLink(string text, int start, int end) =>
        (end < text.Length && text[end] == '(')
        || (start > 0 && text[start - 1] == '[' && end + 1 < text.Length && text[end] == ']' && text[end + 1] == '(');

    private static void Read(string text, TextSpan group, List<AnswerMarker> markers)
    {
        var isHonest = text[group.Start] == '[' && text[group.End - 1] == ']' && !IsDefinition(text, group);
        var start = group.Start + 1;
        for (var i = start; i < group.End; i++)
        {
            if (i == group.End - 1 || text[i] is ',' or ';')
            {
                var span = Trimmed(text, start, i);
                if (span.Length > 0)
                {
                    markers.Add(new AnswerMarker(isHonest ? Value(text.AsSpan(span.Start, span.Length)) : 0, span, group));
                }

                start = i + 1;
            }
        }
    }

    private static TextSpan Trimmed(string text, int start, int end)
    {
        while (start < end && text[start] == ' ')
        {
            start++;
        }

        while (end > start && text[end - 1] == ' ')
        {
            end--;
        }

        return new TextSpan(start, end);
    }

    private static int Value(ReadOnlySpan<char> digits) =>
        digits.Length <= MostDigits && digits[0] != '0' && !digits.ContainsAnyExceptInRange('0', '9') ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;

    // "[1]: https://..." at the beginning of a line would turn every [1] of the answer into a link to there.
    private static bool IsDefinition(string text, TextSpan group)
    {
        var lineStart = group.Start == 0 ? 0 : text.LastIndexOf('\n', group.Start - 1, Math.Min(group.Start, 5)) + 1;
        if (group.End >= text.Length || text[group.End] != ':' || group.Start - lineStart > 3 || !text.AsSpan(lineStart, group.Start - lineStart).IsWhiteSpace())
        {
            return false;
        }

        var rest = text.AsSpan(group.End + 1, AnswerCode.LineEnd(text, group.End) - group.End - 1).Trim();
        var blank = rest.IndexOfAny(' ', '\t');
        return rest.Length == 0 || blank < 0 || rest[blank..].TrimStart()[0] is '"' or '\'' or '(';
    }
}
