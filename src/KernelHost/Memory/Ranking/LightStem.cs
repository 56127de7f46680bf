using System.Buffers;

namespace KernelHost.Memory.Ranking;

/// <summary>
/// Takes the commonest English endings off a word: plurals, -ing, -ed, a final e, a doubled consonant. It need not give real words,
/// only the same one for the forms of a word.
/// </summary>
internal static class LightStem
{
    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");

    /// <summary>The stem of a lower-case word; a word with anything but the letters a to z stays as it is.</summary>
    public static string Of(string word) => Of(word.ToCharArray()).ToString();

    /// <summary>The stem of a lower-case word, in the place of the word.</summary>
    public static ReadOnlySpan<char> Of(Span<char> word)
    {
        if (word.Length <= 3 || word.ContainsAnyExceptInRange('a', 'z'))
        {
            return word;
        }

        // "ies" gives "y", which takes no further ending.
        if (word.Length > 4 && word.EndsWith("ies"))
        {
            word[^3] = 'y';
            return word[..^2];
        }

        var stem = WithoutSuffix(WithoutPlural(word));
        stem = stem.Length > 3 && stem[^1] == 'e' ? stem[..^1] : stem;
        return stem.Length > 2 && stem[^1] == stem[^2] && !Vowels.Contains(stem[^1]) ? stem[..^1] : stem;
    }

    private static ReadOnlySpan<char> WithoutPlural(ReadOnlySpan<char> word)
    {
        if (word[^1] != 's' || word.EndsWith("ss") || word.EndsWith("us") || word.EndsWith("is"))
        {
            return word;
        }

        return word.EndsWith("sses") || word.EndsWith("xes") || word.EndsWith("ches") || word.EndsWith("shes") ? word[..^2] : word[..^1];
    }

    private static ReadOnlySpan<char> WithoutSuffix(ReadOnlySpan<char> word)
    {
        var length = word.EndsWith("ing") ? 3 : word.EndsWith("ed") && !word.EndsWith("eed") ? 2 : 0;
        return length > 0 && word.Length - length >= 3 && word[..^length].ContainsAny(Vowels) ? word[..^length] : word;
    }
}
