using KernelHost.Memory.Ranking;

namespace KernelHost.Memory.Ingestion;

/// <summary>Decides whether one of two passages can stand for both.</summary>
internal static class SameWording
{
    private const double LeastShared = 0.9;

    // One of these more or less, and a passage says the opposite. The words are folded and stemmed as SearchWords does it.
    private static readonly HashSet<string> Negations = new(StringComparer.Ordinal)
    {
        "not", "no", "non", "never", "none", "nothing", "neither", "nor", "without", "except", "unles", "unless", "cannot", "can't", "don't", "isn't", "won't", "t",
        "nicht", "kein", "keine", "keinen", "nie", "ohne", "ausser", "ne", "pas", "jamais", "sans", "sin", "nunca", "nicht", "non", "senza", "nao", "nie", "bez",
    };

    /// <param name="one">A passage.</param>
    /// <param name="other">Another.</param>
    /// <param name="isRecord">Whether they are data: then nothing but white space may differ.</param>
    public static bool Matches(string one, string other, bool isRecord)
    {
        if (isRecord)
        {
            return Plain(one).SequenceEqual(Plain(other));
        }

        var words = SearchWords.OfDocument(one);
        var otherWords = SearchWords.OfDocument(other);
        return !DifferInFact(words, otherWords) && Shared(words, otherWords) >= LeastShared;
    }

    // Numbers, dates and versions carry the facts of a passage, and so does a negation.
    private static bool DifferInFact(IReadOnlyList<string> words, IReadOnlyList<string> otherWords)
    {
        var balance = new Dictionary<string, int>(StringComparer.Ordinal);
        Count(words, 1);
        Count(otherWords, -1);
        return balance.Any(static pair => pair.Value != 0 && (pair.Key.Any(char.IsDigit) || Negations.Contains(pair.Key)));

        void Count(IReadOnlyList<string> counted, int sign)
        {
            foreach (var word in counted)
            {
                balance[word] = balance.GetValueOrDefault(word) + sign;
            }
        }
    }

    // The part of all triples of words that both have (Jaccard).
    private static double Shared(IReadOnlyList<string> words, IReadOnlyList<string> otherWords)
    {
        var one = Likeness.Triples(words).ToHashSet();
        var other = Likeness.Triples(otherWords).ToHashSet();
        var shared = one.Count(other.Contains);
        return (double)shared / Math.Max(1, one.Count + other.Count - shared);
    }

    private static string[] Plain(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
