using KernelHost.Memory.Retrieval;

namespace KernelHost.Memory.Evaluation;

/// <summary>How well a configuration answers the questions of an evaluation.</summary>
public sealed record EvaluationReport
{
    /// <summary>The configuration.</summary>
    public required SearchOptions Options { get; init; }

    /// <summary>What put the best passages of the whole search in order; <see langword="null"/> for nothing.</summary>
    public string? Reranker { get; init; }

    /// <summary>What did not go as it should, each once, in sentences for people.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The k of recall and of the reciprocal rank.</summary>
    public required int Top { get; init; }

    /// <summary>Whether the vectors compare spelling only.</summary>
    public bool IsLexical { get; init; }

    /// <summary>The questions with something relevant, in their order; what was measured of each leg is in the same order.</summary>
    public required IReadOnlyList<EvaluationQuery> Answerable { get; init; }

    /// <summary>Each leg alone, where the retriever has legs, and last the whole search: <c>keyword</c>, <c>vector</c>, <c>fused</c>.</summary>
    public required IReadOnlyList<LegReport> Legs { get; init; }

    /// <summary>How many questions have nothing relevant.</summary>
    public int Unanswerable { get; init; }

    /// <summary>For how many of those the whole search found nothing.</summary>
    public int Silent { get; init; }

    /// <summary>The whole search.</summary>
    public LegReport Fused => Legs[^1];
}

/// <summary>How well one leg, or the whole search, does.</summary>
/// <param name="Name"><c>keyword</c>, <c>vector</c> or <c>fused</c>.</param>
/// <param name="Scores">One per answerable question.</param>
public sealed record LegReport(string Name, IReadOnlyList<RankingScore> Scores)
{
    /// <summary>Recall@k.</summary>
    public Estimate Recall => field ??= Bootstrap.Mean([.. Scores.Select(static score => score.Recall)]);

    /// <summary>The mean reciprocal rank.</summary>
    public Estimate ReciprocalRank => field ??= Bootstrap.Mean([.. Scores.Select(static score => score.ReciprocalRank)]);

    /// <summary>nDCG@10.</summary>
    public Estimate Ndcg => field ??= Bootstrap.Mean([.. Scores.Select(static score => score.Ndcg)]);
}
