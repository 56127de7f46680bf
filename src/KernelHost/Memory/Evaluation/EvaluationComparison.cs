namespace KernelHost.Memory.Evaluation;

/// <summary>What one configuration does better or worse than another on the same questions.</summary>
/// <param name="Recall">The difference of recall@k; above 0 the first is better.</param>
/// <param name="ReciprocalRank">The difference of the mean reciprocal rank.</param>
/// <param name="Ndcg">The difference of nDCG@10, which the verdict rests on.</param>
public sealed record EvaluationComparison(Estimate Recall, Estimate ReciprocalRank, Estimate Ndcg)
{
    /// <summary>Whether the difference is more than the choice of questions explains, at 95 %.</summary>
    public ComparisonVerdict Verdict => Ndcg.Low > 0 ? ComparisonVerdict.Better : Ndcg.High < 0 ? ComparisonVerdict.Worse : ComparisonVerdict.NoDifference;

    /// <summary>Compares two evaluations of the same questions, question by question.</summary>
    public static EvaluationComparison Between(LegReport report, LegReport baseline)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(baseline);
        return new EvaluationComparison(Difference(static score => score.Recall), Difference(static score => score.ReciprocalRank), Difference(static score => score.Ndcg));

        Estimate Difference(Func<RankingScore, double> measure) => Bootstrap.Difference([.. report.Scores.Select(measure)], [.. baseline.Scores.Select(measure)]);
    }
}

/// <summary>What came out of a comparison.</summary>
public enum ComparisonVerdict
{
    /// <summary>The interval of the difference holds 0.</summary>
    NoDifference,

    /// <summary>The first is better.</summary>
    Better,

    /// <summary>The first is worse.</summary>
    Worse,
}
