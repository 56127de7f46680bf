using KernelHost.Memory;
using KernelHost.Memory.Evaluation;
using KernelHost.Memory.Retrieval;
using KernelHost.Models.Offline;

namespace KernelHost.Tests.Memory.Evaluation;

/// <summary>The evaluation set that ships with the articles of the support desk.</summary>
public sealed class HelpCentreTests
{
    private static readonly string Root = RepositoryFiles.PathOf("plugins/CustomerSupport");
    private static readonly string File = Path.Combine(Root, "eval", "help-center.jsonl");

    [Fact]
    public void Questions_AreManyOfEveryKindAndNameWhatExists()
    {
        var queries = EvaluationFile.Read(File, System.IO.File.ReadLines(File));

        Assert.InRange(queries.Count, 60, 500);
        Assert.Equal(queries.Count, queries.Select(static query => query.Query).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(["misspelling", "paraphrase", "plain", "section", "unanswerable"], queries.Select(static query => query.Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.All(queries, static query => Assert.Equal(query.Kind == "unanswerable", query.Relevant.Count == 0));
        Assert.All(queries.SelectMany(static query => query.Relevant), static relevant =>
        {
            var text = System.IO.File.ReadAllText(Path.Combine(Root, relevant.Source)).ReplaceLineEndings("\n");
            Assert.True(relevant.Section is null || text.Contains($"\n## {relevant.Section}\n", StringComparison.Ordinal), $"'{relevant.Source}' has no section '{relevant.Section}'.");
        });
    }

    [Fact]
    public async Task Fusion_IsNotWorseThanItsBestLeg()
    {
        using var folder = new MemoryFolder();
        using var lexical = new HashingEmbeddingGenerator();
        using var store = folder.Open(isLexical: true, model: HashingEmbeddingGenerator.ModelId, generator: lexical);
        await store.IngestAsync(new IngestRequest("help", Root, "articles/**/*.md"), cancellationToken: TestContext.Current.CancellationToken);
        var evaluation = new RetrievalEvaluation((search, token) => store.Search.SearchAsync("help", search.Query, MemoryFolder.Anna, search.Options, cancellationToken: token), hasLegs: true);

        var report = await evaluation.RunAsync(EvaluationFile.Read(File, System.IO.File.ReadLines(File)), new SearchOptions(), top: 10, TestContext.Current.CancellationToken);

        Assert.Equal(["keyword", "vector", "fused"], report.Legs.Select(static leg => leg.Name));
        Assert.True(report.IsLexical);
        var best = report.Legs.SkipLast(1).Max(static leg => leg.Ndcg.Value);
        Assert.True(report.Fused.Ndcg.Value - best >= -0.02, $"fused {report.Fused.Ndcg.Value}, best leg {best}");
        Assert.InRange(report.Fused.Ndcg.Value, 0.5, 1);
    }

    [Fact]
    public async Task Misspellings_AreFoundMuchBetterThanAboveAFixedSimilarityAndTheRestNoWorse()
    {
        using var folder = new MemoryFolder();
        using var lexical = new HashingEmbeddingGenerator();
        using var store = folder.Open(isLexical: true, model: HashingEmbeddingGenerator.ModelId, generator: lexical);
        await store.IngestAsync(new IngestRequest("help", Root, "articles/**/*.md"), cancellationToken: TestContext.Current.CancellationToken);
        var evaluation = new RetrievalEvaluation((search, token) => store.Search.SearchAsync("help", search.Query, MemoryFolder.Anna, search.Options, cancellationToken: token), hasLegs: true);
        var queries = EvaluationFile.Read(File, System.IO.File.ReadLines(File));

        var adapted = await evaluation.RunAsync(queries, new SearchOptions(), top: 10, TestContext.Current.CancellationToken);
        var plain = await evaluation.RunAsync(queries, new SearchOptions { VectorThreshold = store.Embedding.MinimumSimilarity }, top: 10, TestContext.Current.CancellationToken);

        double Ndcg(EvaluationReport report, bool isMisspelling) => report.Fused.Scores.Zip(report.Answerable).Where(pair => pair.Second.Kind == "misspelling" == isMisspelling).Average(static pair => pair.First.Ndcg);
        Assert.True(Ndcg(adapted, true) - Ndcg(plain, true) > 0.1, $"misspelt: {Ndcg(adapted, true)}, above a fixed similarity {Ndcg(plain, true)}");
        Assert.True(Ndcg(adapted, false) - Ndcg(plain, false) > -0.01, $"others: {Ndcg(adapted, false)}, above a fixed similarity {Ndcg(plain, false)}");
    }
}
