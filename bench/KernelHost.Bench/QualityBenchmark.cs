using System.Globalization;
using KernelHost.Memory;
using KernelHost.Memory.Evaluation;
using KernelHost.Memory.Retrieval;
using KernelHost.Memory.Sqlite;
using KernelHost.Models.Offline;

namespace KernelHost.Bench;

/// <summary>How good retrieval is: the evaluation set of the customer-support articles, asked of the embedded store with the offline embeddings, leg by leg and fused.</summary>
internal static class QualityBenchmark
{
    private const int Top = 10;

    public static async Task<IReadOnlyList<Metric>> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("kernelhost-bench-");
        try
        {
            var plugin = BenchFiles.PathOf("plugins/CustomerSupport");
            using var generator = new HashingEmbeddingGenerator();
            await using var memory = new MemoryStore(
                new SqliteRecordStore(Path.Combine(directory.FullName, "memory.db")), new MemoryEmbedding(generator, HashingEmbeddingGenerator.ModelId, isLexical: true));
            await memory.IngestAsync(new IngestRequest("help", plugin, "articles/**/*.md"));
            var file = Path.Combine(plugin, "eval", "help-center.jsonl");
            var scope = RetrievalScope.Of("bench");
            var evaluation = new RetrievalEvaluation((search, token) => memory.Search.SearchAsync("help", search.Query, scope, search.Options, cancellationToken: token), hasLegs: true);
            var report = await evaluation.RunAsync(EvaluationFile.Read(file, File.ReadLines(file)), new SearchOptions(), Top, CancellationToken.None);

            var best = report.Legs.SkipLast(1).MaxBy(static leg => leg.Ndcg.Value)!;
            var paired = EvaluationComparison.Between(report.Fused, best).Ndcg;
            return
            [
                new Metric("hybrid_minus_best_leg_ndcg", paired.Value, "ndcg", -0.02, string.Create(CultureInfo.InvariantCulture, $"the {best.Name} leg: {best.Ndcg.Value:0.000}; 95 %: {paired.Low:+0.000;-0.000} to {paired.High:+0.000;-0.000}"), AtLeast: true),
                .. report.Legs.Select(leg => new Metric(
                    $"ndcg10_{leg.Name}", leg.Ndcg.Value, "ndcg", null, string.Create(CultureInfo.InvariantCulture, $"{report.Answerable.Count} questions; 95 %: {leg.Ndcg.Low:0.000} to {leg.Ndcg.High:0.000}"))),
                new Metric("recall10_fused", report.Fused.Recall.Value, "ratio", null, $"keywords alone: {report.Legs[0].Recall.Value.ToString("0.000", CultureInfo.InvariantCulture)}"),
                new Metric("nothing_found_for_unanswerable", report.Silent, "count", null, $"of {report.Unanswerable.ToString(CultureInfo.InvariantCulture)} questions without an answer"),
            ];
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
