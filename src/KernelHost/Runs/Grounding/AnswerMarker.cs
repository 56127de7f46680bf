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
    private const int LongestTarget = 500;

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

            var isDigit = char.GetUnicodeCategory(text[i]) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.OtherNumber;
            digits |= isDigit;
            if (!isDigit && !Disguises(text, i))
            {
                return 0;
            }
        }

        return 0;
    }

    // What a reader does not see between the digits, or takes for nothing: "[**1**]" is a bold 1, "[2*3]" is not.
    private static bool Disguises(string text, int at) => text[at] switch
    {
        ' ' or '\u00A0' or '\u202F' or ',' or ';' or '\\' => true,
        '*' or '_' => !(char.IsAsciiDigit(text[at - 1]) && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])),
        _ => char.GetUnicodeCategory(text[at]) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark,
    };

    // [1](https://...) and [[1]](https://...) lead somewhere; they name no passage.
    private static bool IsLink(string text, int start, int end) =>
        (end < text.Length && text[end] == '(' && IsTarget(text, end))
        || (start > 0 && text[start - 1] == '[' && end + 1 < text.Length && text[end] == ']' && text[end + 1] == '(');

    // Words in parentheses behind a citation lead nowhere, so "[1](see there)" cites.
    private static bool IsTarget(string text, int open)
    {
        var close = text.AsSpan(open, Math.Min(LongestTarget, text.Length - open)).IndexOfAny(')', '\n');
        var target = close < 0 || text[open + close] == '\n' ? [] : text.AsSpan(open + 1, close - 1).Trim();
        var blank = target.IndexOfAny(' ', '\t');
        return close > 0 && text[open + close] == ')' && (blank < 0 || target[0] == '<' || target[blank..].TrimStart()[0] is '"' or '\'' or '(');
    }

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
