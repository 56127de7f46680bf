namespace KernelHost.Runs.Grounding;

/// <summary>How an answer stood up to its sources.</summary>
/// <param name="Outcome">What it came to.</param>
public sealed record GroundingReport(GroundingOutcome Outcome)
{
    /// <summary>How many citations and sentences are listed at most.</summary>
    public const int MostListed = 200;

    /// <summary>The citations that the model made, in their order.</summary>
    public IReadOnlyList<CitationCheck> Citations { get; init; } = [];

    /// <summary>The sentences that no source carries, in their order.</summary>
    public IReadOnlyList<SentenceCheck> Sentences { get; init; } = [];

    /// <summary>How many citations and sentences there were beyond those listed; <see langword="null"/> for none.</summary>
    public int? Unlisted { get; init; }

    /// <summary>How many citations were not true.</summary>
    public int FalseCitations { get; init; }

    /// <summary>How many sentences were taken out of the answer; <see langword="null"/> for none.</summary>
    public int? Removed { get; init; }

    /// <summary>The sources do not say what was asked.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool NotFound => Outcome == GroundingOutcome.NotFound;
}

/// <summary>What verifying an answer came to.</summary>
public enum GroundingOutcome
{
    /// <summary>Nothing was found to be wrong.</summary>
    Verified,

    /// <summary>The answer is as the model wrote it; some of it no source carries.</summary>
    Flagged,

    /// <summary>False citations or uncited statements were taken out.</summary>
    Corrected,

    /// <summary>The sources do not say what was asked.</summary>
    NotFound,

    /// <summary>The answer was withheld.</summary>
    Refused,
}
