namespace KernelHost.Runs.Grounding;

/// <summary>Finds the code in a Markdown text: fenced blocks and spans between backticks. What stands in brackets there is no citation.</summary>
internal static class AnswerCode
{
    /// <summary>The spans of code in order, fences and backticks included. In time linear in the text.</summary>
    public static List<TextSpan> Find(string text)
    {
        List<TextSpan> code = [];
        List<Ticks> runs = [];
        var paragraph = 0;
        for (var line = 0; line < text.Length; line = LineEnd(text, line) + 1)
        {
            var end = LineEnd(text, line);
            if (Fence(text, line, end) is { Length: > 0 } fence)
            {
                AddSpans(runs, code);
                var close = Close(text, end + 1, fence);
                code.Add(new TextSpan(line, close));
                (line, paragraph) = (close - 1, paragraph + 1);
            }
            else if (IsBlank(text, line, end))
            {
                paragraph++;
            }
            else
            {
                Collect(text, line, end, paragraph, runs);
            }
        }

        AddSpans(runs, code);
        return code;
    }

    public static int LineEnd(string text, int start) => text.IndexOf('\n', start) is >= 0 and var end ? end : text.Length;

    private static bool IsBlank(string text, int start, int end) => text.AsSpan(start, end - start).IsWhiteSpace();

    private static ReadOnlySpan<char> Fence(string text, int start, int end)
    {
        var line = text.AsSpan(start, end - start);
        var body = line.TrimStart(' ');
        if (line.Length - body.Length > 3 || body.Length < 3 || body[0] is not ('`' or '~'))
        {
            return default;
        }

        var length = body.IndexOfAnyExcept(body[0]) is >= 0 and var rest ? rest : body.Length;

        // A line such as ```code``` is a span, not the beginning of a block.
        return length < 3 || (body[0] == '`' && body[length..].Contains('`')) ? default : body[..length];
    }

    // A block that is never closed goes to the end of the text, as every renderer has it.
    private static int Close(string text, int from, ReadOnlySpan<char> fence)
    {
        for (var line = from; line < text.Length; line = LineEnd(text, line) + 1)
        {
            var end = LineEnd(text, line);
            var body = text.AsSpan(line, end - line).Trim();
            if (body.Length >= fence.Length && !body.ContainsAnyExcept(fence[0]))
            {
                return Math.Min(end + 1, text.Length);
            }
        }

        return text.Length;
    }

    private static void Collect(string text, int start, int end, int paragraph, List<Ticks> runs)
    {
        for (var i = start; i < end; i++)
        {
            if (text[i] == '`')
            {
                var from = i;
                while (i < end && text[i] == '`')
                {
                    i++;
                }

                runs.Add(new Ticks(from, i - from, paragraph));
            }
        }
    }

    // A run of backticks is closed by the next one of its length in its paragraph. Found from the back, so that unclosed ones cost nothing.
    private static void AddSpans(List<Ticks> runs, List<TextSpan> code)
    {
        var next = new int[runs.Count];
        Dictionary<(int Length, int Paragraph), int> last = [];
        for (var i = runs.Count - 1; i >= 0; i--)
        {
            next[i] = last.GetValueOrDefault((runs[i].Length, runs[i].Paragraph), -1);
            last[(runs[i].Length, runs[i].Paragraph)] = i;
        }

        for (var i = 0; i < runs.Count; i++)
        {
            if (next[i] is >= 0 and var close)
            {
                code.Add(new TextSpan(runs[i].Start, runs[close].Start + runs[close].Length));
                i = close;
            }
        }

        runs.Clear();
    }

    private readonly record struct Ticks(int Start, int Length, int Paragraph);
}
