namespace KernelHost.Runs.Grounding;

/// <summary>A sentence of an answer that its sources do not carry.</summary>
/// <param name="Problems">What is the matter with it.</param>
public sealed record SentenceCheck(IReadOnlyList<SentenceProblem> Problems)
{
    /// <summary>Where it stands in the answer; <see langword="null"/> when it was taken out of it.</summary>
    public TextSpan? InAnswer { get; init; }

    /// <summary>Which share of its words the cited passages hold, rarer words counting more, from 0 to 1; <see langword="null"/> when it cites nothing.</summary>
    public double? Support { get; init; }
}

/// <summary>Why a sentence is flagged.</summary>
public enum SentenceProblem
{
    /// <summary>It states something and cites nothing.</summary>
    Uncited,

    /// <summary>Too few of its words stand in the passages it cites.</summary>
    Unsupported,

    /// <summary>It has a number that stands in none of the passages it cites.</summary>
    Number,

    /// <summary>It denies what the passage says, or says what the passage denies.</summary>
    Negation,

    /// <summary>It quotes what stands in none of the passages it cites.</summary>
    Quote,
}
