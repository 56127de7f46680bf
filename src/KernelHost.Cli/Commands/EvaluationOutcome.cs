using KernelHost.Memory.Evaluation;

namespace KernelHost.Cli.Commands;

/// <summary>What came out of an evaluation, and whether that is good enough.</summary>
/// <param name="Retriever">What was asked.</param>
/// <param name="Report">How it did.</param>
/// <param name="Baseline">How another configuration did; <see langword="null"/> when there is none.</param>
/// <param name="Minimum">What nDCG@10 must reach; <see langword="null"/> for nothing.</param>
internal sealed record EvaluationOutcome(string Retriever, EvaluationReport Report, EvaluationReport? Baseline, double? Minimum)
{
    /// <summary>How the whole search differs from the baseline's.</summary>
    public EvaluationComparison? Comparison => field ??= Baseline is null ? null : EvaluationComparison.Between(Report.Fused, Baseline.Fused);

    // Not a number, where nothing could be measured, reaches nothing.
    public bool ReachesMinimum => Minimum is not { } minimum || Report.Fused.Ndcg.Value >= minimum;

    public bool Passes => ReachesMinimum && Comparison?.Verdict != ComparisonVerdict.Worse;
}
