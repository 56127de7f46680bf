using System.Globalization;

namespace KernelHost.Models.Offline.Language;

/// <summary>Recognises the values in a chunk of text between blanks: e-mails, addresses, dates, times, numbers, identifiers.</summary>
internal static class Values
{
    private const string Currencies = "€$£¥₹";

    public static void Classify(string chunk, int start, List<Token> tokens)
    {
        var end = start + chunk.Length;
        if (IsEmail(chunk))
        {
            tokens.Add(new Token(TokenKind.Email, chunk, start, end));
        }
        else if (chunk.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || chunk.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            tokens.Add(new Token(TokenKind.Url, chunk, start, end));
        }
        else if (!chunk.AsSpan().ContainsAnyInRange('0', '9'))
        {
            AddWords(chunk, start, end, tokens);
        }
        else
        {
            tokens.Add(Dates.Read(chunk, start, end) ?? Number(chunk, start, end) ?? new Token(TokenKind.Id, chunk.TrimStart('#'), start, end));
        }
    }

    private static bool IsEmail(string chunk)
    {
        var at = chunk.IndexOf('@', StringComparison.Ordinal);
        var dot = chunk.LastIndexOf('.');
        return at > 0 && at == chunk.LastIndexOf('@') && dot > at + 1 && dot < chunk.Length - 1;
    }

    private static Token? Number(string chunk, int start, int end)
    {
        var digits = chunk.AsSpan();
        var marked = digits[0] == '#';
        string? unit = null;
        if (marked)
        {
            digits = digits[1..];
        }

        if (digits.Length > 1 && Currencies.Contains(digits[0]))
        {
            unit = digits[0].ToString();
            digits = digits[1..];
        }
        else if (digits.Length > 1 && (Currencies.Contains(digits[^1]) || digits[^1] == '%'))
        {
            unit = digits[^1].ToString();
            digits = digits[..^1];
        }
        else if (digits.Length > 3 && digits[^3..] is "EUR" or "USD" or "GBP" or "CHF")
        {
            unit = digits[^3..].ToString();
            digits = digits[..^3];
        }

        // Ordinals such as 23rd are numbers with a tail.
        if (digits.Length > 2 && digits[^2..] is "st" or "nd" or "rd" or "th" && char.IsAsciiDigit(digits[^3]))
        {
            digits = digits[..^2];
        }

        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowThousands;
        if (digits.Length > 25 || !decimal.TryParse(digits, Style, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return new Token(TokenKind.Number, digits.ToString(), start, end)
        {
            Value = number.ToString(CultureInfo.InvariantCulture),
            Unit = unit,
            Marked = marked,
        };
    }

    // "help-center" and "order_id" are two words each; contractions are spelt out, so that the rules see "is not".
    private static void AddWords(string chunk, int start, int end, List<Token> tokens)
    {
        var word = chunk.Replace('’', '\'');
        if (word.EndsWith("n't", StringComparison.OrdinalIgnoreCase) && word.Length > 3)
        {
            var verb = word.ToLowerInvariant() switch { "can't" => "can", "won't" => "will", "shan't" => "shall", _ => word[..^3] };
            tokens.Add(new Token(TokenKind.Word, verb, start, end));
            tokens.Add(new Token(TokenKind.Word, "not", end, end));
            return;
        }

        var apostrophe = word.LastIndexOf('\'');
        var tail = apostrophe > 0 ? word[(apostrophe + 1)..].ToLowerInvariant() : "";
        if (tail is "s" or "re" or "m" or "d" or "ll" or "ve")
        {
            word = word[..apostrophe];
        }

        if (word.Equals("e-mail", StringComparison.OrdinalIgnoreCase) || word.Equals("e-mails", StringComparison.OrdinalIgnoreCase))
        {
            word = "email";
        }

        AddParts(word, start, end, tokens);
        var spelled = tail switch
        {
            "re" => "are",
            "m" => "am",
            "d" => "would",
            "ll" => "will",
            "ve" => "have",
            "s" when IsSubject(word) => "is",
            _ => null,
        };
        if (spelled is not null)
        {
            tokens.Add(new Token(TokenKind.Word, spelled, end, end));
        }
    }

    private static bool IsSubject(string word) => word.ToLowerInvariant() is
        "it" or "that" or "there" or "here" or "he" or "she" or "what" or "where" or "when" or "who" or "how";

    private static void AddParts(string word, int start, int end, List<Token> tokens)
    {
        var from = 0;
        for (var i = 0; i <= word.Length; i++)
        {
            if (i < word.Length && (char.IsLetterOrDigit(word[i]) || char.IsSurrogate(word[i]) || word[i] is '\'' or '_'
                || char.GetUnicodeCategory(word[i]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark))
            {
                continue;
            }

            if (i > from)
            {
                var whole = from == 0 && i == word.Length;
                tokens.Add(new Token(TokenKind.Word, word[from..i], whole ? start : start + from, whole ? end : Math.Min(end, start + i)));
            }

            from = i + 1;
        }
    }
}
