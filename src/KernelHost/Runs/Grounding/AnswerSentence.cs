namespace KernelHost.Runs.Grounding;

/// <summary>A sentence of an answer, with the markers behind it.</summary>
/// <param name="Span">Where it stands, without the bullet of a list.</param>
/// <param name="IsTitle">A heading, or a line that leads to what follows.</param>
internal readonly record struct AnswerSentence(TextSpan Span, bool IsTitle)
{
    private static readonly string[] Abbreviations =
        ["e.g", "i.e", "z.b", "d.h", "u.a", "p.ex", "no", "nr", "art", "fig", "vs", "etc", "bzw", "ca", "approx", "dr", "mr", "mrs", "ms", "st", "max", "min", "incl", "inkl", "vol", "sec", "abs"];

    /// <summary>The sentences in order. Blocks of code have none; a line is never continued on the next, a quote is never cut.</summary>
    public static List<AnswerSentence> Find(string text, IReadOnlyList<TextSpan> code, IReadOnlyList<AnswerQuote> quotes, IReadOnlyList<AnswerMarker> markers)
    {
        List<AnswerSentence> sentences = [];
        var (nextCode, nextQuote) = (0, 0);
        for (var line = 0; line < text.Length; line++)
        {
            while (nextCode < code.Count && code[nextCode].End <= line)
            {
                nextCode++;
            }

            while (nextQuote < quotes.Count && quotes[nextQuote].Whole.End <= line)
            {
                nextQuote++;
            }

            var end = AnswerCode.LineEnd(text, line);
            if (nextCode < code.Count && code[nextCode].Start <= line && code[nextCode].End > end)
            {
                line = code[nextCode].End - 1;
                continue;
            }

            // A quote that goes over several lines keeps them together.
            for (var quote = nextQuote; quote < quotes.Count && quotes[quote].Whole.Start < end; quote++)
            {
                end = quotes[quote].Whole.End > end ? AnswerCode.LineEnd(text, quotes[quote].Whole.End - 1) : end;
            }

            Split(text, line, end, code, nextCode, quotes, nextQuote, sentences);
            line = end;
        }

        return Attach(text, sentences, markers);
    }

    private static void Split(
        string text, int start, int end, IReadOnlyList<TextSpan> code, int nextCode, IReadOnlyList<AnswerQuote> quotes, int nextQuote, List<AnswerSentence> sentences)
    {
        start = Body(text, start, end, out var isHeading);
        var from = start;
        for (var i = start; i < end; i++)
        {
            while (nextCode < code.Count && code[nextCode].End <= i)
            {
                nextCode++;
            }

            while (nextQuote < quotes.Count && quotes[nextQuote].Whole.End <= i)
            {
                nextQuote++;
            }

            if (nextCode < code.Count && code[nextCode].Contains(i))
            {
                i = code[nextCode].End - 1;
            }
            else if (nextQuote < quotes.Count && quotes[nextQuote].Whole.Contains(i))
            {
                i = quotes[nextQuote].Whole.End - 1;

                // «It is free.» is a sentence of its own when another begins behind it.
                if (EndsInside(text, quotes[nextQuote]) && Ends(text, i, from, end))
                {
                    Add(text, from, i + 1, isHeading, sentences);
                    from = i + 1;
                }
            }
            else if (text[i] is '。' or '！' or '？' || (text[i] is '.' or '!' or '?' or '…' && Ends(text, i, from, end)))
            {
                Add(text, from, i + 1, isHeading, sentences);
                from = i + 1;
            }
        }

        Add(text, from, end, isHeading, sentences);
    }

    private static bool EndsInside(string text, AnswerQuote quote) => !quote.IsBlock && quote.Content.Length > 0 && text[quote.Content.End - 1] is '.' or '!' or '?';

    private static bool Ends(string text, int at, int from, int end)
    {
        var next = at + 1;
        while (next < end && text[next] is '*' or '_' or ')' or '"' or '”' or '“' or '»' or '\'')
        {
            next++;
        }

        if (next < end && text[next] == '[')
        {
            return true;
        }

        if (next < end && !char.IsWhiteSpace(text[next]))
        {
            return false;
        }

        while (next < end && (char.IsWhiteSpace(text[next]) || text[next] is '*' or '_' or '"' or '“' or '„' or '«' or '('))
        {
            next++;
        }

        return next >= end || text[at] != '.' || (!char.IsLower(text[next]) && !IsAbbreviation(text, from, at));
    }

    private static bool IsAbbreviation(string text, int from, int dot)
    {
        var start = dot;
        while (start > from && dot - start < 8 && (char.IsLetter(text[start - 1]) || text[start - 1] == '.'))
        {
            start--;
        }

        var word = text[start..dot];
        return (word.Length == 1 && char.IsLetter(word[0])) || Abbreviations.Contains(word.ToLowerInvariant());
    }

    // Where the text of a line begins: behind the bullet, the number, the marks of a heading.
    private static int Body(string text, int start, int end, out bool isHeading)
    {
        while (start < end && (char.IsWhiteSpace(text[start]) || text[start] is '-' or '*' or '+' or '•' or '|'))
        {
            start++;
        }

        isHeading = start < end && text[start] == '#';
        var digits = start;
        while (digits < end && char.IsAsciiDigit(text[digits]) && digits - start < 4)
        {
            digits++;
        }

        return digits > start && digits + 1 < end && text[digits] is '.' or ')' && text[digits + 1] == ' ' ? digits + 2 : start;
    }

    private static void Add(string text, int start, int end, bool isHeading, List<AnswerSentence> sentences)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        if (end > start)
        {
            sentences.Add(new AnswerSentence(new TextSpan(start, end), isHeading || text[end - 1] is ':' or '：'));
        }
    }

    // Markers behind the full stop belong to the sentence before it.
    private static List<AnswerSentence> Attach(string text, List<AnswerSentence> sentences, IReadOnlyList<AnswerMarker> markers)
    {
        List<AnswerSentence> whole = new(sentences.Count);
        var next = 0;
        foreach (var sentence in sentences)
        {
            var (start, end) = (sentence.Span.Start, sentence.Span.End);
            while (next < markers.Count && markers[next].Group.Start < start)
            {
                next++;
            }

            var leading = start;
            while (next < markers.Count && markers[next].Group.Start < end && IsFiller(text, leading, markers[next].Group.Start))
            {
                leading = markers[next].Group.End;
                while (next < markers.Count && markers[next].Group.End <= leading)
                {
                    next++;
                }
            }

            var hasBefore = whole.Count > 0 && leading > start && !(text.AsSpan(whole[^1].Span.End, start - whole[^1].Span.End).Count('\n') > 1);
            if (hasBefore)
            {
                var rest = leading;
                while (rest < end && (char.IsWhiteSpace(text[rest]) || text[rest] is '.' or ',' or ';' or ')' or '*' or '_'))
                {
                    rest++;
                }

                whole[^1] = whole[^1] with { Span = new TextSpan(whole[^1].Span.Start, rest >= end ? end : leading) };
                start = rest;
            }

            if (start < end)
            {
                whole.Add(sentence with { Span = new TextSpan(start, end) });
            }
        }

        return whole;
    }

    private static bool IsFiller(string text, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (!char.IsWhiteSpace(text[i]) && text[i] is not (',' or ';' or '*' or '_' or ')'))
            {
                return false;
            }
        }

        return true;
    }
}
