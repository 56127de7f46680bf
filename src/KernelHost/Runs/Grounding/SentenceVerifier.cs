using KernelHost.Agents;

namespace KernelHost.Runs.Grounding;

/// <summary>Finds out which sentences of an answer no source carries.</summary>
internal sealed class SentenceVerifier(string answer, GroundingRules rules, Sources sources, QuoteSearch search)
{
    private const int FewestWords = 2;

    /// <summary>Judges every sentence of an answer.</summary>
    /// <param name="sentences">All sentences, in order.</param>
    /// <param name="markers">All markers, judged, in order.</param>
    /// <param name="quotes">All quotes, in order.</param>
    public List<JudgedSentence> Verify(IReadOnlyList<AnswerSentence> sentences, List<CitedMarker> markers, IReadOnlyList<AnswerQuote> quotes)
    {
        var score = new SupportScore(sources, [.. markers.Where(static marker => marker.IsTrue).Select(static marker => marker.Marker.Number).Distinct().Order()]);
        List<JudgedSentence> judged = new(sentences.Count);
        var (nextMarker, nextQuote) = (0, 0);
        foreach (var sentence in sentences)
        {
            var own = Take(markers, ref nextMarker, sentence.Span, static marker => marker.Marker.Group);
            var said = Take(quotes, ref nextQuote, sentence.Span, static quote => quote.Whole);
            own.ForEach(marker => marker.Claim = marker.Quote ?? sentence.Span);
            judged.Add(Judge(sentence, own, said, score));
        }

        return judged;
    }

    private static List<T> Take<T>(IReadOnlyList<T> items, ref int next, TextSpan span, Func<T, TextSpan> place)
    {
        List<T> taken = [];
        while (next < items.Count && place(items[next]).Start < span.End)
        {
            if (place(items[next]).Start >= span.Start)
            {
                taken.Add(items[next]);
            }

            next++;
        }

        return taken;
    }

    private JudgedSentence Judge(AnswerSentence sentence, List<CitedMarker> markers, List<AnswerQuote> quotes, SupportScore score)
    {
        List<int> cited = [.. markers.Where(static marker => marker.IsTrue).Select(static marker => marker.Marker.Number).Distinct()];
        if (cited.Count == 0 && (sentence.IsTitle || (rules.Citations != CitationUse.Required && !markers.Exists(static marker => marker.Status == CitationStatus.QuoteMismatch))))
        {
            return new JudgedSentence(sentence, [], null);
        }

        var text = WithoutMarkers(sentence.Span, markers);
        var words = SupportScore.WordsOf(text);
        return cited.Count > 0 ? Carried(sentence, text, words, cited, markers, quotes, score) : Uncited(sentence, text, words, markers);
    }

    private JudgedSentence Carried(
        AnswerSentence sentence, string text, List<string> words, List<int> cited, List<CitedMarker> markers, List<AnswerQuote> quotes, SupportScore score)
    {
        List<SentenceProblem> flags = [];
        var support = score.Of(words, cited);
        if (support < rules.MinimumSupport)
        {
            flags.Add(SentenceProblem.Unsupported);
        }

        if (TextNumbers.Find(text).Exists(number => !IsCarried(number, cited)))
        {
            flags.Add(SentenceProblem.Number);
        }

        if (IsDenied(text, words, cited, markers, score))
        {
            flags.Add(SentenceProblem.Negation);
        }

        if (markers.Exists(static marker => marker.Status == CitationStatus.QuoteMismatch) || quotes.Exists(quote => IsMadeUp(quote, cited, markers)))
        {
            flags.Add(SentenceProblem.Quote);
        }

        return new JudgedSentence(sentence, flags, support);
    }

    private bool IsCarried(string[] number, List<int> cited) =>
        cited.Exists(passage => number.Any(sources.Text(passage).Numbers.Contains)) || number.Any(sources.Tools.Numbers.Contains);

    // The nearest sentence is also the place of a citation that quotes nothing.
    private static bool IsDenied(string text, List<string> words, List<int> cited, List<CitedMarker> markers, SupportScore score)
    {
        (SourceSentence Sentence, double Share)? best = null;
        foreach (var passage in cited)
        {
            var near = score.Nearest(words, passage);
            best = (near?.Share ?? 0) > (best?.Share ?? 0) ? near : best;
            foreach (var marker in markers.Where(marker => marker.IsTrue && marker.Marker.Number == passage && marker.Quote is null))
            {
                marker.InPassage ??= near?.Sentence.Span;
            }
        }

        return SupportScore.Contradicts(text, best);
    }

    // A quote elsewhere in a sentence that cites. What the principal said may be quoted back, and what a tool returned.
    private bool IsMadeUp(AnswerQuote quote, List<int> cited, List<CitedMarker> markers)
    {
        var words = quote.Text(answer, quote.Content);
        return QuoteSearch.IsQuote(words)
            && !markers.Exists(marker => marker.Quote is { } judged && judged.Start >= quote.Whole.Start && judged.End <= quote.Whole.End)
            && !cited.Exists(passage => search.Find(sources.Text(passage).Quotable, words) is not null || search.Find(sources.Text(passage).About, words) is not null)
            && search.Find(sources.Request.Quotable, words) is null
            && search.Find(sources.Tools.Quotable, words) is null;
    }

    // A question states nothing, nor do two words; what a tool returned carries a statement without a marker.
    private JudgedSentence Uncited(AnswerSentence sentence, string text, List<string> words, List<CitedMarker> markers)
    {
        List<SentenceProblem> flags = markers.Exists(static marker => marker.Status == CitationStatus.QuoteMismatch) ? [SentenceProblem.Quote] : [];
        var numbers = TextNumbers.Find(text);
        var states = !text.TrimEnd('"', '”', '“', '»', '*', '_', ' ', ')').EndsWith('?') && !text.EndsWith('？') && (words.Count >= FewestWords || (words.Count > 0 && numbers.Count > 0));
        var isOfTools = rules.Citations == CitationUse.Required && states && IsOfTools(words, numbers);
        if (rules.Citations == CitationUse.Required && states && !isOfTools)
        {
            flags.Add(SentenceProblem.Uncited);
        }

        return new JudgedSentence(sentence, flags, null) { IsOfTools = isOfTools };
    }

    private bool IsOfTools(List<string> words, List<string[]> numbers) =>
        sources.Tools.Words.Count > 0
        && words.Count(sources.Tools.Words.Contains) >= Math.Max(0.5, rules.MinimumSupport) * words.Count
        && numbers.TrueForAll(number => number.Any(sources.Tools.Numbers.Contains));

    private string WithoutMarkers(TextSpan span, List<CitedMarker> markers)
    {
        if (markers.Count == 0)
        {
            return span.Of(answer);
        }

        var text = new System.Text.StringBuilder(span.Length);
        var at = span.Start;
        foreach (var group in markers.Where(static marker => !marker.IsText).Select(static marker => marker.Marker.Group).Distinct())
        {
            text.Append(answer, at, group.Start - at).Append(' ');
            at = group.End;
        }

        return text.Append(answer, at, Math.Max(0, span.End - at)).ToString().Trim();
    }
}

/// <summary>A sentence of an answer with what was found out about it.</summary>
internal sealed record JudgedSentence(AnswerSentence Sentence, IReadOnlyList<SentenceProblem> Problems, double? Support)
{
    public TextSpan Span => Sentence.Span;

    public bool IsTitle => Sentence.IsTitle;

    /// <summary>It states what a tool returned.</summary>
    public bool IsOfTools { get; init; }

    public bool IsUncited => Problems.Contains(SentenceProblem.Uncited);
}
