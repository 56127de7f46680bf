using KernelHost.Memory.Ranking;

namespace KernelHost.Runs.Grounding;

/// <summary>
/// How much of a sentence its sources carry, by words: deterministic, in any language that <see cref="SearchWords"/> knows, and blind to meaning. It finds
/// statements that have nothing to do with what they cite, numbers that come from nowhere, and a <c>not</c> too many.
/// </summary>
internal sealed class SupportScore(Sources sources, IReadOnlyList<int> cited)
{
    private const int MostWords = 200;
    private const int FewestWords = 2;
    private const double AlikeEnough = 0.6;
    private readonly Dictionary<string, double> _weights = new(StringComparer.Ordinal);
    private long _comparisons = 4_000_000;

    /// <summary>The words of a sentence that say something, without numbers.</summary>
    public static List<string> WordsOf(string sentence) =>
        [.. SearchWords.ForQuery(sentence, MostWords).Where(static word => !word.All(char.IsDigit))];

    /// <summary>The share of a sentence's words that the passages hold, to two digits; <see langword="null"/> for a sentence too short to tell.</summary>
    public double? Of(List<string> words, IReadOnlyList<int> passages)
    {
        if (words.Count < FewestWords)
        {
            return null;
        }

        var (held, all) = (0.0, 0.0);
        foreach (var word in words)
        {
            var weight = Weight(word);
            all += weight;
            held += passages.Any(number => sources.Text(number).Words.Contains(word)) ? weight : 0;
        }

        return Math.Round(held / all, 2);
    }

    /// <summary>The sentence of a passage that has most in common with one of the answer, and how much; nothing when too many were compared already.</summary>
    public (SourceSentence Sentence, double Share)? Nearest(List<string> words, int passage)
    {
        var sentences = sources.Text(passage).Sentences;
        _comparisons -= (long)sentences.Count * words.Count;
        if (_comparisons < 0 || words.Count < FewestWords)
        {
            return null;
        }

        var all = words.Sum(Weight);
        (SourceSentence Sentence, double Share)? best = null;
        foreach (var sentence in sentences)
        {
            var share = words.Where(sentence.Words.Contains).Sum(Weight) / all;
            if (share > (best?.Share ?? 0))
            {
                best = (sentence, share);
            }
        }

        return best;
    }

    /// <summary>Whether a sentence says the opposite of the one that it is nearest to.</summary>
    public static bool Contradicts(string sentence, (SourceSentence Sentence, double Share)? nearest) =>
        nearest is { Share: >= AlikeEnough } near && near.Sentence.Denies != Negation.Is(sentence);

    // A word that fewer of the cited passages hold tells more; one that none holds most.
    private double Weight(string word)
    {
        if (!_weights.TryGetValue(word, out var weight))
        {
            var holding = cited.Count(number => sources.Text(number).Words.Contains(word));
            weight = _weights[word] = 1 + ((double)(cited.Count - holding) / Math.Max(1, cited.Count));
        }

        return weight;
    }
}
