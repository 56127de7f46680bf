using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Output;
using KernelHost.Memory.Evaluation;
using KernelHost.Memory.Retrieval;

namespace KernelHost.Cli.Commands;

/// <summary>Shows what came out of an evaluation.</summary>
internal static class EvaluationView
{
    public static void Write(Screen screen, EvaluationOutcome outcome)
    {
        var report = outcome.Report;
        screen.Out.WriteLine(TerminalText.Line($"{outcome.Retriever}: {report.Answerable.Count} questions with an answer, {report.Unanswerable} without."));
        if (report.IsLexical)
        {
            screen.Out.WriteLine("The vectors are lexical: they compare spelling, not meaning.");
        }

        if (report.Reranker is { } reranker)
        {
            screen.Out.WriteLine(TerminalText.Line($"The whole search is reranked by {reranker}."));
        }

        foreach (var note in report.Notes.Concat(outcome.Baseline?.Notes ?? []).Distinct())
        {
            screen.Tell(note);
        }

        screen.Out.WriteLine();
        WriteLegs(screen, report);
        WriteKinds(screen, report);
        if (report.Unanswerable > 0)
        {
            screen.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nNothing was found for {report.Silent} of {report.Unanswerable} questions without an answer."));
        }

        if (outcome.Baseline is { } baseline && outcome.Comparison is { } comparison)
        {
            screen.Out.WriteLine();
            var table = new Table("", "recall@" + report.Top.ToString(CultureInfo.InvariantCulture), "mrr", "ndcg@10");
            table.Add("this", Number(report.Fused.Recall.Value), Number(report.Fused.ReciprocalRank.Value), Number(report.Fused.Ndcg.Value));
            table.Add("baseline", Number(baseline.Fused.Recall.Value), Number(baseline.Fused.ReciprocalRank.Value), Number(baseline.Fused.Ndcg.Value));
            table.Add("difference", Difference(comparison.Recall), Difference(comparison.ReciprocalRank), Difference(comparison.Ndcg));
            table.Write(screen);
            screen.Out.WriteLine("\n" + comparison.Verdict switch
            {
                ComparisonVerdict.Better => "Better than the baseline: at 95 %, the difference of nDCG@10 is above 0.",
                ComparisonVerdict.Worse => "Worse than the baseline: at 95 %, the difference of nDCG@10 is below 0.",
                _ => "No difference from the baseline that these questions could show: its interval holds 0.",
            });
        }

        if (!outcome.ReachesMinimum)
        {
            screen.Tell(string.Create(CultureInfo.InvariantCulture, $"error: nDCG@10 is {report.Fused.Ndcg.Value:0.000}, below the {outcome.Minimum:0.000} of --min-ndcg."));
        }
    }

    public static void WriteJson(Screen screen, EvaluationOutcome outcome)
    {
        var document = Describe(outcome.Report);
        document.Insert(0, "retriever", outcome.Retriever);
        document["minimum"] = outcome.Minimum;
        document["baseline"] = outcome.Baseline is { } baseline ? Describe(baseline) : null;
        document["comparison"] = outcome.Comparison is not { } comparison ? null : new JsonObject
        {
            ["recall"] = Describe(comparison.Recall),
            ["mrr"] = Describe(comparison.ReciprocalRank),
            ["ndcg10"] = Describe(comparison.Ndcg),
            ["verdict"] = JsonOutput.Name(comparison.Verdict),
        };
        document["passes"] = outcome.Passes;
        JsonOutput.Write(screen, document);
    }

    private static void WriteLegs(Screen screen, EvaluationReport report)
    {
        var table = new Table("leg", "recall@" + report.Top.ToString(CultureInfo.InvariantCulture), "mrr", "ndcg@10");
        foreach (var leg in report.Legs)
        {
            table.Add(leg.Name, Interval(leg.Recall), Interval(leg.ReciprocalRank), Interval(leg.Ndcg));
        }

        table.Write(screen);
    }

    private static void WriteKinds(Screen screen, EvaluationReport report)
    {
        var kinds = report.Answerable.Select(static (query, i) => (query.Kind, Index: i)).Where(static one => one.Kind is not null).GroupBy(static one => one.Kind!, static one => one.Index).ToList();
        if (kinds.Count < 2)
        {
            return;
        }

        screen.Out.WriteLine();
        var table = new Table(["ndcg@10 by kind", "questions", .. report.Legs.Select(static leg => leg.Name)]);
        foreach (var kind in kinds)
        {
            table.Add([kind.Key, kind.Count().ToString(CultureInfo.InvariantCulture), .. report.Legs.Select(leg => Number(kind.Average(i => leg.Scores[i].Ndcg)))]);
        }

        table.Write(screen);
    }

    private static JsonObject Describe(EvaluationReport report) => new()
    {
        ["options"] = Describe(report.Options, report.IsLexical),
        ["reranker"] = report.Reranker,
        ["notes"] = JsonOutput.Strings(report.Notes),
        ["top"] = report.Top,
        ["lexical"] = report.IsLexical,
        ["questions"] = report.Answerable.Count,
        ["unanswerable"] = new JsonObject { ["questions"] = report.Unanswerable, ["nothingFound"] = report.Silent },
        ["legs"] = JsonOutput.Array(report.Legs, static leg => new JsonObject
        {
            ["leg"] = leg.Name,
            ["recall"] = Describe(leg.Recall),
            ["mrr"] = Describe(leg.ReciprocalRank),
            ["ndcg10"] = Describe(leg.Ndcg),
        }),
    };

    private static JsonObject Describe(SearchOptions options, bool isLexical) => new()
    {
        ["keywordWeight"] = options.KeywordWeightBeside(isLexical),
        ["vectorWeight"] = options.VectorWeight,
        ["depth"] = options.Depth,
        ["k"] = options.K,
        ["keywordThreshold"] = options.KeywordThreshold,
        ["vectorThreshold"] = options.VectorThreshold,
        ["fusedThreshold"] = options.FusedThreshold,
        ["marginalRelevance"] = options.MarginalRelevance,
        ["showSections"] = options.ShowSections,
        ["rerankDepth"] = options.RerankDepth,
    };

    private static JsonObject? Describe(Estimate estimate) => !double.IsFinite(estimate.Value) ? null : new JsonObject
    {
        ["value"] = Math.Round(estimate.Value, 6),
        ["low"] = Math.Round(estimate.Low, 6),
        ["high"] = Math.Round(estimate.High, 6),
    };

    private static string Number(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Interval(Estimate estimate) => string.Create(CultureInfo.InvariantCulture, $"{estimate.Value:0.000} [{estimate.Low:0.000}, {estimate.High:0.000}]");

    private static string Difference(Estimate estimate) => string.Create(CultureInfo.InvariantCulture, $"{estimate.Value:+0.000;-0.000;0.000} [{estimate.Low:+0.000;-0.000;0.000}, {estimate.High:+0.000;-0.000;0.000}]");
}
