namespace KernelHost.Runs.Grounding;

/// <summary>Words that an answer gives as those of somebody else.</summary>
/// <param name="Whole">With its marks.</param>
/// <param name="Content">Without.</param>
/// <param name="IsBlock">A block of lines that begin with <c>&gt;</c>.</param>
internal readonly record struct AnswerQuote(TextSpan Whole, TextSpan Content, bool IsBlock)
{
    /// <summary>The quotes of an answer in order; none stands in another, none goes beyond its paragraph, none is in code.</summary>
    public static List<AnswerQuote> Find(string text, IReadOnlyList<TextSpan> code)
    {
        List<AnswerQuote> quotes = [];
        var nextCode = 0;
        var open = -1;
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
            else if (open < 0 && text[i] == '>' && StartsLine(text, i))
            {
                var end = BlockEnd(text, i);
                quotes.Add(new AnswerQuote(new TextSpan(i, end), new TextSpan(i, end), IsBlock: true));
                i = end - 1;
            }
            else if (open >= 0 && Closes(text, open, i))
            {
                quotes.Add(new AnswerQuote(new TextSpan(open, i + 1), new TextSpan(open + 1, i), IsBlock: false));
                open = -1;
            }
            else if (open >= 0 && text[i] == '\n' && EndsParagraph(text, i))
            {
                open = -1;
            }
            else if (open < 0 && Opens(text, i))
            {
                open = i;
            }
        }

        return quotes;
    }

    /// <summary>What is quoted, without the marks of a block.</summary>
    public string Text(string answer, TextSpan part) => !IsBlock ? part.Of(answer)
        : string.Join(' ', part.Of(answer).Split('\n').Select(static line => line.TrimStart().TrimStart('>')));

    private static bool Opens(string text, int at) => text[at] switch
    {
        '«' or '‹' => true,
        '“' or '„' or '»' or '「' or '『' or '”' => at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]),
        '"' => at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]) && (at == 0 || !char.IsLetterOrDigit(text[at - 1])),
        _ => false,
    };

    // Swedes write ”so”, Germans „so“ or »so«, the French « so ».
    private static bool Closes(string text, int open, int at) => (text[open], text[at]) switch
    {
        ('"', '"') => !char.IsWhiteSpace(text[at - 1]) && at > open + 1,
        ('“', '"') or ('“' or '”', '”') or ('„', '“' or '”') or ('«', '»') or ('»', '«') or ('‹', '›') or ('「', '」') or ('『', '』') => true,
        _ => false,
    };

    private static bool StartsLine(string text, int at)
    {
        var start = at;
        while (start > 0 && text[start - 1] == ' ' && at - start < 3)
        {
            start--;
        }

        return start == 0 || text[start - 1] == '\n';
    }

    private static int BlockEnd(string text, int start)
    {
        var end = AnswerCode.LineEnd(text, start);
        while (end < text.Length && text.AsSpan(end + 1, AnswerCode.LineEnd(text, end + 1) - end - 1).TrimStart(' ') is ['>', ..])
        {
            end = AnswerCode.LineEnd(text, end + 1);
        }

        return end;
    }

    private static bool EndsParagraph(string text, int lineEnd) =>
        lineEnd + 1 >= text.Length || text.AsSpan(lineEnd + 1, AnswerCode.LineEnd(text, lineEnd + 1) - lineEnd - 1).IsWhiteSpace();
}
