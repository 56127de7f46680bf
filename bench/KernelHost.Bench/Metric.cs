namespace KernelHost.Bench;

/// <summary>One measured figure.</summary>
/// <param name="Name">Its name, stable across versions.</param>
/// <param name="Value">The median over the samples.</param>
/// <param name="Unit"><c>ratio</c>, <c>us</c>, <c>ms</c>, <c>bytes</c>, <c>ndcg</c> or <c>count</c>.</param>
/// <param name="Aim">What it should be at most; <see langword="null"/> when it is only reported.</param>
/// <param name="Baseline">What it is compared with, and what that cost in this run.</param>
/// <param name="AtLeast">Whether the aim is a lower bound.</param>
internal sealed record Metric(string Name, double Value, string Unit, double? Aim, string Baseline, bool AtLeast = false);
