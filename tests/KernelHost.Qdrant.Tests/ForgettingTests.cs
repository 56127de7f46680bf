using KernelHost.Memory;
using KernelHost.Memory.Conformance;
using KernelHost.Memory.Recall;
using KernelHost.Models.Offline;
using KernelHost.Qdrant.Tests.Peer;

namespace KernelHost.Qdrant.Tests;

/// <summary>What an agent forgets is in no point of the server any more. Only the peer shows all it has.</summary>
public sealed class ForgettingTests
{
    private static readonly MemoryOwner Ann = new("ann", "ses_1", "support", "acme");

    [Fact]
    public async Task Forget_AfterTheVectorsWereMadeAnew_LeavesTheTextInNoCollection()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var peer = await QdrantPeer.StartAsync();
        await using var store = new QdrantRecordStore(new QdrantOptions { Endpoint = peer.Endpoint });
        using var hash = new HashingEmbeddingGenerator();
        var memory = new AgentMemory(store, new MemoryEmbedding(hash, HashingEmbeddingGenerator.ModelId, isLexical: true));
        var origin = new MemoryOrigin("run_1", "1.1", Integrity.Trusted, new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
        var kept = await memory.SaveAsync(Ann, MemoryScope.User, "Ann likes jasmine tea", origin, cancellation);
        var secret = await memory.SaveAsync(Ann, MemoryScope.User, "Ann's doctor is Dr. Xylophone", origin with { CallId = "1.2" }, cancellation);
        using var concepts = new ConceptGenerator(["tea"], ["doctor"]);
        var renewed = new AgentMemory(store, new MemoryEmbedding(concepts, "concepts", isLexical: false));
        Assert.Equal(secret.Id, (await renewed.RecallAsync(Ann, [MemoryScope.User], "doctor", cancellationToken: cancellation))[0].Id);
        Assert.NotEmpty(PointsWith("Xylophone"));

        Assert.NotNull(await renewed.ForgetAsync(Ann, [MemoryScope.User], secret.Id, cancellation));

        Assert.Empty(PointsWith("Xylophone"));
        Assert.Single(PointsWith("jasmine"));
        Assert.Equal(kept.Id, Assert.Single(await renewed.ListAsync(new MemoryQuery(), cancellation)).Id);

        List<string> PointsWith(string text) => [.. peer.State.Collections.Values.SelectMany(static collection => collection.Points.Values)
            .SelectMany(static point => point.Payload.Values).Select(static value => value.ToString()).Where(value => value.Contains(text, StringComparison.Ordinal))];
    }
}
