using KernelHost.Memory;
using KernelHost.Memory.Evaluation;
using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;
using KernelHost.Memory.Sqlite;
using KernelHost.Models.Offline;

namespace KernelHost.Qdrant.Tests;

/// <summary>The articles of the support desk, and every question to them: both stores give the same first ten, ties aside.</summary>
public sealed class HelpCentreTests : IAsyncLifetime
{
    // Scores are computed by other hardware in another order; what differs by no more is equal.
    private const double Rounding = 2e-5;

    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "HelpCentre");
    private static readonly string Questions = Path.Combine(Files, "help-center.jsonl");
    private static readonly RetrievalScope Anna = RetrievalScope.Of("anna", [], "acme");

    private readonly string _directory = Directory.CreateTempSubdirectory("kernelhost-help-").FullName;
    private readonly HashingEmbeddingGenerator _generator = new();
    private QdrantOptions? _options;
    private MemoryStore? _embedded;
    private MemoryStore? _qdrant;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _options = await QdrantServer.OptionsAsync();
        _embedded = Over(new SqliteRecordStore(Path.Combine(_directory, "memory.db")));
        _qdrant = Over(new QdrantRecordStore(_options));
        foreach (var store in new[] { _embedded, _qdrant })
        {
            var report = await store.IngestAsync(new IngestRequest("help", Files, "articles/**/*.md") { Tenant = "acme" }, cancellationToken: Cancellation);
            Assert.Equal(34, report.Added);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _embedded!.DisposeAsync();
        await _qdrant!.DisposeAsync();
        await QdrantServer.CleanAsync(_options!);
        _generator.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(2f, 0f)]
    [InlineData(0f, 1f)]
    [InlineData(2f, 1f)]
    public async Task EveryQuestion_GetsTheSamePassagesFromBothStores(float keywords, float vectors)
    {
        var compared = 0;
        foreach (var question in EvaluationFile.Read(Questions, File.ReadLines(Questions)))
        {
            // Deep enough that no leg is cut among equals, and explained, so that equals in a leg stand in the order of their keys in both.
            // Without the model's threshold, below which it finds little: there is more to compare.
            var search = new SearchOptions { Top = 10, Depth = 1000, KeywordWeight = keywords, VectorWeight = vectors, VectorThreshold = 0.05f, Explain = true };
            var embedded = (await _embedded!.Search.SearchAsync("help", question.Query, Anna, search, cancellationToken: Cancellation)).Hits;
            var qdrant = (await _qdrant!.Search.SearchAsync("help", question.Query, Anna, search, cancellationToken: Cancellation)).Hits;

            Assert.Equal(embedded.Count, qdrant.Count);
            foreach (var (index, (own, other)) in embedded.Zip(qdrant).Index())
            {
                Assert.Equal(own.Fused, other.Fused, Rounding * Math.Max(1, own.Fused));
                Assert.True(own.Passage.Id == other.Passage.Id || IsTied(own, embedded),
                    $"'{question.Query}', place {index}: {own.Passage.Source}#{own.Passage.Position} ({own.Fused}) from the file, {other.Passage.Source}#{other.Passage.Position} ({other.Fused}) from Qdrant.");
                if (own.Passage.Id == other.Passage.Id)
                {
                    compared++;
                    Assert.Equal(own.Passage with { Score = 0 }, other.Passage with { Score = 0, Readers = own.Passage.Readers });
                }
            }
        }

        Assert.InRange(compared, 500, int.MaxValue);
    }

    [Fact]
    public async Task Quality_IsTheSameFromBothStores()
    {
        var (embedded, qdrant) = (await EvaluateAsync(_embedded!), await EvaluateAsync(_qdrant!));
        Assert.Equal(embedded.Legs.Select(static leg => leg.Name), qdrant.Legs.Select(static leg => leg.Name));
        foreach (var (own, other) in embedded.Legs.Zip(qdrant.Legs))
        {
            // Ties may change places.
            Assert.Equal(own.Ndcg.Value, other.Ndcg.Value, 0.005);
        }

        Assert.InRange(qdrant.Fused.Ndcg.Value, 0.5, 1);
    }

    private static async Task<EvaluationReport> EvaluateAsync(MemoryStore store) =>
        await new RetrievalEvaluation((search, token) => store.Search.SearchAsync("help", search.Query, Anna, search.Options, cancellationToken: token), hasLegs: true)
            .RunAsync(EvaluationFile.Read(Questions, File.ReadLines(Questions)), new SearchOptions(), top: 10, Cancellation);

    // The last of the ten may be tied with what no longer fits.
    private static bool IsTied(SearchHit hit, IReadOnlyList<SearchHit> hits) =>
        hit == hits[^1] || hits.Any(other => other != hit && Math.Abs(other.Fused - hit.Fused) <= Rounding * Math.Max(1, hit.Fused));

    private MemoryStore Over(RecordStore store) => new(store, new MemoryEmbedding(_generator, HashingEmbeddingGenerator.ModelId, isLexical: true));
}
