using KernelHost.Memory.Ranking;

namespace KernelHost.Runs.Grounding;

/// <summary>
/// Looks quotes up in passages, word for word. What it may do is counted in characters, so that a hostile answer over hostile passages ends in time
/// and always in the same way: a quote that was not looked up was not found.
/// </summary>
internal sealed class QuoteSearch
{
    /// <summary>A shorter quote is a term rather than a statement, and is not looked up.</summary>
    public const int Shortest = 12;

    private const string Ellipsis = "...";
    private long _left = 64_000_000;

    /// <summary>Where the quote stands in the passage; <see langword="null"/> where it does not. Parts around an ellipsis must stand there in their order.</summary>
    public TextSpan? Find(QuoteText passage, string quote)
    {
        var parts = Parts(quote);
        if (parts.Count == 0)
        {
            return null;
        }

        // A quote within a sentence may begin in lower case where the passage does not, and the other way round.
        return Find(passage, parts) ?? (Swap(parts[0]) is { } other ? Find(passage, [other, .. parts.Skip(1)]) : null);
    }

    /// <summary>Whether a quote is long enough to be looked up.</summary>
    public static bool IsQuote(string quote) => Trim(QuoteText.Normalize(quote)).Length >= Shortest;

    private static List<string> Parts(string quote)
    {
        var text = Trim(QuoteText.Normalize(quote));
        if (!text.Contains(Ellipsis, StringComparison.Ordinal))
        {
            return text.Length > 0 ? [text] : [];
        }

        // Short parts would make a quote out of words picked from anywhere.
        var parts = text.Replace("(...)", Ellipsis, StringComparison.Ordinal).Split(Ellipsis).Select(Trim).Where(part => part.Length > 0).ToList();
        return parts.TrueForAll(part => part.Length >= Shortest) ? parts : [];
    }

    private static string Trim(string text) => text.Trim(' ', '.', ',', ';', ':', '!', '?', '\'', '。', '，', '！', '？', '、');

    private static string? Swap(string part)
    {
        var first = char.IsUpper(part[0]) ? char.ToLowerInvariant(part[0]) : char.ToUpperInvariant(part[0]);
        return first == part[0] ? null : first + part[1..];
    }

    private TextSpan? Find(QuoteText passage, IReadOnlyList<string> parts)
    {
        var (from, start) = (0, -1);
        foreach (var part in parts)
        {
            from = IndexOf(passage.Text, part, from);
            if (from < 0)
            {
                return null;
            }

            start = start < 0 ? from : start;
            from += part.Length;
        }

        return passage.PlaceOf(start, from);
    }

    // Knuth, Morris and Pratt: passages that repeat themselves cost no more than others.
    private int IndexOf(string text, string part, int from)
    {
        _left -= text.Length - from + part.Length;
        if (_left < 0 || part.Length > text.Length - from)
        {
            return -1;
        }

        var border = Borders(part);
        for (var (i, matched) = (from, 0); i < text.Length; i++)
        {
            while (matched > 0 && (matched == part.Length || text[i] != part[matched]))
            {
                matched = border[matched - 1];
            }

            matched += text[i] == part[matched] ? 1 : 0;
            if (matched == part.Length && IsWhole(text, i + 1 - matched, i + 1))
            {
                return i + 1 - matched;
            }
        }

        return -1;
    }

    private static int[] Borders(string part)
    {
        var border = new int[part.Length];
        for (var (i, matched) = (1, 0); i < part.Length; i++)
        {
            while (matched > 0 && part[i] != part[matched])
            {
                matched = border[matched - 1];
            }

            matched += part[i] == part[matched] ? 1 : 0;
            border[i] = matched;
        }

        return border;
    }

    // "10 days" does not stand in "110 days". Scripts without blanks have no such ends.
    private static bool IsWhole(string text, int start, int end) => !Joined(text, start) && !Joined(text, end);

    private static bool Joined(string text, int at) =>
        at > 0 && at < text.Length && char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[at]) && !(SearchWords.IsUnsegmented(text[at - 1]) || SearchWords.IsUnsegmented(text[at]));
}
