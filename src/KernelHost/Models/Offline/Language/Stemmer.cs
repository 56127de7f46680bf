namespace KernelHost.Models.Offline.Language;

/// <summary>
/// A light English stemmer: enough to see that "delivered", "delivery" and "delivers" belong together, and "shipping" and
/// "shipment". It applies a few endings in a fixed order and is meant for comparing words with each other, never for showing them.
/// </summary>
internal static class Stemmer
{
    public static string Stem(string word)
    {
        if (word.Length <= 3 || !IsLatin(word))
        {
            return word;
        }

        var stem = Singular(word);
        stem = Undouble(Ending(stem));
        if (stem.Length > 3 && stem[^1] == 'y' && !IsVowel(stem[^2]))
        {
            stem = stem[..^1];
        }

        if (stem.Length >= 7 && (stem.EndsWith("er", StringComparison.Ordinal) || stem.EndsWith("or", StringComparison.Ordinal)))
        {
            stem = stem[..^2];
        }

        return Undouble(stem.Length > 3 && stem[^1] == 'e' ? stem[..^1] : stem);
    }

    private static string Singular(string word)
    {
        if (word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4)
        {
            return word[..^3] + "y";
        }

        if (word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("shes", StringComparison.Ordinal)
            || word.EndsWith("ches", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal))
        {
            return word[..^2];
        }

        return word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') ? word[..^1] : word;
    }

    private static string Ending(string word)
    {
        if (word.EndsWith("ied", StringComparison.Ordinal))
        {
            return word[..^3] + "y";
        }

        return Without(word, "ing", 3) ?? (word.EndsWith("eed", StringComparison.Ordinal) ? null : Without(word, "ed", 3))
            ?? (word == "payment" ? "pay" : null) ?? Without(word, "ment", 4) ?? Without(word, "ation", 5) ?? Without(word, "ion", 5)
            ?? (word.EndsWith("lly", StringComparison.Ordinal) ? word[..^2] : null) ?? Without(word, "ly", 4) ?? word;
    }

    private static string? Without(string word, string ending, int least)
    {
        var rest = word.Length - ending.Length;
        return rest >= least && word.EndsWith(ending, StringComparison.Ordinal) && HasVowel(word.AsSpan(0, rest))
            ? word[..rest]
            : null;
    }

    private static string Undouble(string word) =>
        word.Length > 3 && word[^1] == word[^2] && !IsVowel(word[^1]) ? word[..^1] : word;

    private static bool HasVowel(ReadOnlySpan<char> letters)
    {
        foreach (var letter in letters)
        {
            if (IsVowel(letter) || letter == 'y')
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u';

    private static bool IsLatin(string word)
    {
        foreach (var letter in word)
        {
            if (letter is not (>= 'a' and <= 'z'))
            {
                return false;
            }
        }

        return true;
    }
}
