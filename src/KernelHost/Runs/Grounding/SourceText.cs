using KernelHost.Memory.Ranking;

namespace KernelHost.Runs.Grounding;

/// <summary>A text that sentences of an answer rest on, taken apart as far as somebody asks.</summary>
internal sealed class SourceText(string text, string about = "")
{
    private const int MostSentences = 400;

    /// <summary>The words of the text and of what stands above it.</summary>
    public HashSet<string> Words => field ??= [.. SearchWords.OfDocument(text), .. SearchWords.OfDocument(about)];

    public HashSet<string> Numbers => field ??= TextNumbers.All($"{text}\n{about}", Words);

    /// <summary>The text as quotes are looked up in it.</summary>
    public QuoteText Quotable => field ??= QuoteText.Of(text);

    /// <summary>What stands above the text: a quote may be of a title.</summary>
    public QuoteText About => field ??= QuoteText.Of(about);

    /// <summary>Its sentences; none when there are too many to compare each with each.</summary>
    public IReadOnlyList<SourceSentence> Sentences => field ??= Split();

    private IReadOnlyList<SourceSentence> Split()
    {
        var code = AnswerCode.Find(text);
        var sentences = AnswerSentence.Find(text, code, [], []);
        return sentences.Count > MostSentences ? [] : [.. sentences.Select(sentence => new SourceSentence(
            sentence.Span,
            [.. SearchWords.OfDocument(sentence.Span.Of(text))],
            Negation.Is(sentence.Span.Of(text))))];
    }
}

/// <summary>A sentence of a passage.</summary>
internal sealed record SourceSentence(TextSpan Span, HashSet<string> Words, bool Denies);
