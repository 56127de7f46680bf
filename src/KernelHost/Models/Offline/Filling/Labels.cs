using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Filling;

/// <summary>The words next to a value, which say what it is: "order 1042", "#1042", "3 items", "first 5".</summary>
internal static class Labels
{
    /// <summary>The noun in front of a value: "order" for "order number 1042" and for both in "orders 1042 and 1043".</summary>
    public static Token? Before(List<Token> tokens, int index)
    {
        for (var i = index - 1; i >= 0 && i >= index - 12; i--)
        {
            var token = tokens[i];
            if (token.Kind == TokenKind.Mark)
            {
                if (token.Text is "," or ":" or "=" or "(" or "[")
                {
                    continue;
                }

                return null;
            }

            if (token.IsValue)
            {
                // A list of values shares its label; any other value in front stands for itself.
                if (IsJoined(tokens, i, index) && token.Kind == tokens[index].Kind)
                {
                    index = i;
                    continue;
                }

                return null;
            }

            if (Lexicon.IsIdWord(token.Lower) || token.Lower is "is" or "the" or "of" or "and" or "or" or "was" or "with" or "to" or "for" or "by" or "my" or "an" or "a" or "from" or "it")
            {
                // "refund 1042 for the customer 17": a preposition ends the search once a noun cannot belong to the value any more.
                if (token.Lower is "with" or "to" or "for" or "by" or "from" or "it" && i < index - 1)
                {
                    return null;
                }

                continue;
            }

            return Lexicon.IsStopWord(token.Lower) ? null : token;
        }

        return null;
    }

    /// <summary>The noun behind a value: "items" for "3 items".</summary>
    public static Token? After(List<Token> tokens, int index) =>
        index + 1 < tokens.Count && tokens[index + 1].IsContent ? tokens[index + 1] : null;

    /// <summary>Whether a number belongs to a comparison: "over 100", "more than 5", "at least 3".</summary>
    public static bool IsCompared(List<Token> tokens, int index)
    {
        var before = index > 0 ? tokens[index - 1].Lower : "";
        return before is "over" or "above" or "below" or "than" or "exceeds" or "exceeding" or "least" or "under" or "beyond" or "<" or ">"
            || (before == "most" && index > 1 && tokens[index - 2].Is("at"));
    }

    /// <summary>Whether a number says how many to take: "top 3", "first 5", "last 10".</summary>
    public static bool IsLimit(List<Token> tokens, int index) =>
        index > 0 && tokens[index - 1].Lower is "top" or "first" or "last" or "latest" or "limit" or "newest" or "best" or "most";

    private static bool IsJoined(List<Token> tokens, int left, int right)
    {
        for (var i = left + 1; i < right; i++)
        {
            if (tokens[i].Lower is not ("," or "and" or "or" or "&"))
            {
                return false;
            }
        }

        return right - left > 1;
    }
}
