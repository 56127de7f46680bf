using System.Globalization;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Retrieval;

/// <summary>How a search of documents ranks, and how much of it is shown.</summary>
public sealed record SearchOptions
{
    /// <summary>How many passages to return at most, from 1 to 1,000.</summary>
    /// <value>5</value>
    public int Top { get; init; } = 5;

    /// <summary>The weight of the keyword leg in the fusion; 0 leaves the leg out.</summary>
    /// <value><see langword="null"/>: 1, or 2 beside a lexical model, which is a noisy copy of what the keywords know and must not outvote them.</value>
    public float? KeywordWeight { get; init; }

    /// <summary>The weight of the vector leg in the fusion; 0 leaves the leg out, and asks no embedding model.</summary>
    /// <value>1</value>
    public float VectorWeight { get; init; } = 1;

    /// <summary>How many passages each leg brings to the fusion, from 1 to 1,000. Measured: 10 costs up to 14 points of recall at 50.</summary>
    /// <value>50</value>
    public int Depth { get; init; } = 50;

    /// <summary>The constant of the fusion, from 1: the greater, the less a first place counts against agreement of the legs.</summary>
    /// <value>60, the value of the paper.</value>
    public int K { get; init; } = 60;

    /// <summary>The score that a passage must reach in the keyword leg.</summary>
    public float? KeywordThreshold { get; init; }

    /// <summary>The similarity that a passage must reach in the vector leg.</summary>
    /// <value>
    /// <see langword="null"/>: that of the model, <see cref="MemoryEmbedding.MinimumSimilarity"/>; of a lexical one beside keywords, that times the share of the query's words that
    /// stand in any passage the search may find, but not what chance gives.
    /// </value>
    public float? VectorThreshold { get; init; }

    /// <summary>The score that a passage must reach after the fusion. Scores of different weights and constants cannot be compared.</summary>
    public double? FusedThreshold { get; init; }

    /// <summary>
    /// Weighs relevance (1) against difference from what is chosen already (0): maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).
    /// </summary>
    /// <value><see langword="null"/>: by relevance alone.</value>
    public double? MarginalRelevance { get; init; }

    /// <summary>How many of the best are given to the reranker, where there is one, from 1 to 100.</summary>
    /// <value>20</value>
    public int RerankDepth { get; init; } = 20;

    /// <summary>Whether a chunk is shown as the section that it was cut from, where the collection keeps sections; several chunks of one section are one passage.</summary>
    public bool ShowSections { get; init; }

    /// <summary>What the caller wants to see only.</summary>
    public RetrievalFilter Filter { get; init; } = new();

    /// <summary>What else must hold of a record. It is added to the scope, never put in its place; an unknown field or operator is refused.</summary>
    /// <value><see cref="RecordFilter.All"/></value>
    public RecordFilter Where { get; init; } = RecordFilter.All;

    /// <summary>Whether hits tell the place and score of each leg. May cost another request.</summary>
    public bool Explain { get; init; }

    /// <summary>The weight that the keyword leg gets.</summary>
    /// <param name="isLexical">Whether the vectors beside it compare spelling and not meaning.</param>
    public float KeywordWeightBeside(bool isLexical) => KeywordWeight ?? (isLexical ? 2 : 1);

    /// <exception cref="ArgumentException">A value is out of range; it says which.</exception>
    internal void Check()
    {
        Require(Top is >= 1 and <= 1000, nameof(Top), Top, "Use a whole number from 1 to 1000.");
        Require(Depth is >= 1 and <= 1000, nameof(Depth), Depth, "Use a whole number from 1 to 1000.");
        Require(K is >= 1 and <= 10_000, nameof(K), K, "Use a whole number from 1 to 10000.");
        Require(RerankDepth is >= 1 and <= 100, nameof(RerankDepth), RerankDepth, "Use a whole number from 1 to 100.");
        Require(KeywordWeight is null or (>= 0 and <= 1000), nameof(KeywordWeight), KeywordWeight, "Use a number from 0, where the leg is left out, to 1000.");
        Require(VectorWeight is >= 0 and <= 1000, nameof(VectorWeight), VectorWeight, "Use a number from 0, where the leg is left out, to 1000.");
        Require(KeywordWeight is null or > 0 || VectorWeight > 0, nameof(VectorWeight), VectorWeight, "One of the two legs must weigh more than 0.");
        Require(MarginalRelevance is null or (>= 0 and <= 1), nameof(MarginalRelevance), MarginalRelevance, "Use a number from 0 to 1.");
        foreach (var (name, value) in new (string, double?)[]
            { (nameof(KeywordThreshold), KeywordThreshold), (nameof(VectorThreshold), VectorThreshold), (nameof(FusedThreshold), FusedThreshold) })
        {
            Require(value is null || double.IsFinite(value.Value), name, value, "Use a finite number.");
        }
    }

    private static void Require(bool condition, string name, object? value, string cure)
    {
        if (!condition)
        {
            throw new ArgumentException($"{name} is '{Convert.ToString(value, CultureInfo.InvariantCulture)}'. {cure}", name);
        }
    }
}
