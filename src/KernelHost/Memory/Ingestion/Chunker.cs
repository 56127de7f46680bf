using KernelHost.Memory.Ingestion.Formats;

namespace KernelHost.Memory.Ingestion;

/// <summary>
/// Cuts text into pieces of about a thousand characters, at the best place there is: paragraph, sentence, line, word. What should stay whole, a row of a
/// table or a block of code, is cut only when it does not fit into a piece.
/// </summary>
internal static class Chunker
{
    public const int Version = 2;

    private const int Largest = 1200;
    private const int Smallest = 600;

    // The rest after a cut is at least this long: a few stray words make a poor passage.
    private const int SmallestRest = 200;
    private const int Overlap = 150;

    /// <summary>The spans of <paramref name="text"/> between <paramref name="start"/> and <paramref name="end"/>, without outer white space.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="end">Where to end.</param>
    /// <param name="wholes">What should stay whole, in order, without overlap.</param>
    public static IEnumerable<TextSpan> Cut(string text, int start, int end, IReadOnlyList<TextSpan> wholes)
    {
        var next = 0;
        while (end - start > Largest)
        {
            var limit = start + Math.Min(Largest, end - start - SmallestRest);
            var cut = BestCut(text, Math.Min(start + Smallest, limit - 1), limit);
            while (next < wholes.Count && wholes[next].End <= cut)
            {
                next++;
            }

            var whole = next < wholes.Count && wholes[next].Start < cut && wholes[next].End - wholes[next].Start <= Largest ? wholes[next] : null;
            if (whole is not null)
            {
                // Before it, or, where the piece begins with it, behind it.
                cut = whole.Start > start ? whole.Start : Math.Min(whole.End, end);
            }

            if (Trimmed(text, start, cut) is { } span)
            {
                yield return span;
            }

            // A row or a block of code has no sentences to repeat.
            start = whole is not null || (next > 0 && wholes[next - 1].End > cut - Overlap) ? cut : OverlapStart(text, cut);
        }

        if (Trimmed(text, start, end) is { } rest)
        {
            yield return rest;
        }
    }

    private static int BestCut(string text, int from, int limit)
    {
        var (sentence, line, word) = (-1, -1, -1);
        for (var i = limit; i > from; i--)
        {
            if (text[i - 1] == '\n' && text[i - 2] == '\n')
            {
                return i;
            }

            sentence = sentence < 0 && IsSentenceStart(text, i) ? i : sentence;
            line = line < 0 && text[i - 1] == '\n' ? i : line;
            word = word < 0 && char.IsWhiteSpace(text[i - 1]) ? i : word;
        }

        var hard = char.IsLowSurrogate(text[limit]) ? limit - 1 : limit;
        return sentence > 0 ? sentence : line > 0 ? line : word > 0 ? word : hard;
    }

    // The next piece repeats the last sentences, if they are short: an answer that straddles the cut is whole in one piece.
    private static int OverlapStart(string text, int cut)
    {
        for (var i = cut - Overlap; i < cut; i++)
        {
            if (IsSentenceStart(text, i) || (text[i - 1] == '\n' && text[i - 2] == '\n'))
            {
                return i;
            }
        }

        return cut;
    }

    private static bool IsSentenceStart(string text, int i) =>
        text[i - 1] is '。' or '！' or '？'
        || (char.IsWhiteSpace(text[i - 1]) && text[i - 2] is '.' or '!' or '?' && !char.IsWhiteSpace(text[i]));

    private static TextSpan? Trimmed(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return start < end ? new TextSpan(start, end) : null;
    }
}
