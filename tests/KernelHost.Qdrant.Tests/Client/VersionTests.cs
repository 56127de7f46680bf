using KernelHost.Memory;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Protocol;
using KernelHost.Qdrant.Tests.Peer;

namespace KernelHost.Qdrant.Tests.Client;

/// <summary>What is done with servers of each version. Always against the peer, which has any.</summary>
public sealed class VersionTests
{
    private static readonly RecordSchema Schema = new()
    {
        Fields = [new("text", RecordFieldType.Text) { SearchWeight = 1 }, new("tenant", RecordFieldType.Text) { IsTenant = true }],
        Vectors = [new("v", 2) { Distance = VectorDistance.Euclidean }],
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_Before117_IsRefused()
    {
        await using var peer = await QdrantPeer.StartAsync(new PeerOptions { Version = (1, 16) });
        await using var store = new QdrantRecordStore(new QdrantOptions { Endpoint = peer.Endpoint });

        var failure = await Assert.ThrowsAsync<MemoryException>(() => store.ListAsync(Cancellation));
        Assert.Contains("has version 1.16.0; at least 1.17 is needed", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["HealthCheck"], peer.Faults.Calls);
    }

    [Theory]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    public async Task WordsOfTenants_AreCountedApartOrNotSearched(int minor)
    {
        await using var peer = await QdrantPeer.StartAsync(new PeerOptions { Version = (1, minor) });
        await using var store = new QdrantRecordStore(new QdrantOptions { Endpoint = peer.Endpoint });
        var collection = await PrepareAsync(store);
        var search = new RecordSearch { Keywords = new("zebra"), Tenant = "one" };
        if (minor >= 19)
        {
            Assert.Equal(Weight(records: 2, holders: 1), Assert.Single(await collection.SearchAsync(search, Cancellation)).Score, 1e-5);
            return;
        }

        var failure = await Assert.ThrowsAsync<MemoryException>(() => collection.SearchAsync(search, Cancellation));
        Assert.Contains("AllowSharedWordStatistics", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await collection.SearchAsync(search with { Keywords = null, Vectors = [new("v", new float[] { 0, 0 })] }, Cancellation)).Count);
        await using var sharing = new QdrantRecordStore(new QdrantOptions { Endpoint = peer.Endpoint, AllowSharedWordStatistics = true });
        Assert.Equal(Weight(records: 12, holders: 11), Assert.Single(await sharing.GetCollection("c").SearchAsync(search, Cancellation)).Score, 1e-5);
    }

    [Fact]
    public async Task Vectors_OfAServerThatLeavesTheFlatFormEmpty_ComeBackAndCanBeWrittenAgain()
    {
        await using var peer = await QdrantPeer.StartAsync(new PeerOptions { Version = (1, 17) });
        await using var store = new QdrantRecordStore(new QdrantOptions { Endpoint = peer.Endpoint });
        var collection = await PrepareAsync(store);
        var read = await collection.GetAsync(["a"], includeVectors: true, Cancellation);

        Assert.Equal(new float[] { 3, 4 }, read[0].Vectors["v"].ToArray());
        await collection.UpsertAsync(read, Cancellation);
        Assert.Equal(new float[] { 3, 4 }, (await collection.GetAsync(["a"], includeVectors: true, Cancellation))[0].Vectors["v"].ToArray());
    }

    [Fact]
    public async Task Layout_OfANewCollection_ReachesTheServer()
    {
        await using var peer = await QdrantPeer.StartAsync();
        var layout = new QdrantLayout
        {
            GraphEdges = 24, GraphBuildBreadth = 200, FullScanKilobytes = 500, GraphOnDisk = true, VectorsOnDisk = true, WordsOnDisk = true, FieldsOnDisk = false, Quantization = QdrantQuantization.Scalar, Shards = 3, Replicas = 2, WriteConsistency = 1,
        };
        await using var store = new QdrantRecordStore(new QdrantOptions { Endpoint = peer.Endpoint, Layout = layout });
        await PrepareAsync(store);

        var created = peer.State.Collections.Values.Single();
        Assert.Equal((0ul, 24ul, 200ul, 500ul, true), (created.Request.HnswConfig.M, created.Request.HnswConfig.PayloadM, created.Request.HnswConfig.EfConstruct, created.Request.HnswConfig.FullScanThreshold, created.Request.HnswConfig.OnDisk));
        Assert.Equal((3u, 2u, 1u, false), (created.Request.ShardNumber, created.Request.ReplicationFactor, created.Request.WriteConsistencyFactor, created.Request.OnDiskPayload));
        Assert.Equal(QuantizationType.Int8, created.Request.QuantizationConfig.Scalar.Type);
        Assert.Equal((Distance.Euclid, 2ul, true), (created.VectorOf("v").Distance, created.VectorOf("v").Size, created.VectorOf("v").OnDisk));
        Assert.Equal(Modifier.Idf, created.Request.SparseVectorsConfig.Map.Values.Single().Modifier);
        Assert.Equal(Protocol.FieldType.Keyword, created.Indexes["tenant"]);
        Assert.True(created.IndexParameters["tenant"]!.KeywordIndexParams.IsTenant);
    }

    private static double Weight(int records, int holders) =>
        Bm25.Rarity(records, holders) * Bm25.WordsOf(Schema, new Record("a") { Fields = new Dictionary<string, object?> { ["text"] = "zebra" } }).Weights.Single() * Bm25.Step;

    private static async Task<RecordCollection> PrepareAsync(RecordStore store)
    {
        var collection = store.GetCollection("c");
        await collection.EnsureExistsAsync(Schema, new Dictionary<string, string>(), Cancellation);
        await collection.UpsertAsync([Of("a", "one", "zebra"), Of("b", "one", "lion"), .. Enumerable.Range(0, 10).Select(static i => Of($"other{i}", "two", "zebra"))], Cancellation);
        return collection;
    }

    private static Record Of(string key, string tenant, string text) => new(key)
    {
        Fields = new Dictionary<string, object?> { ["tenant"] = tenant, ["text"] = text },
        Vectors = new Dictionary<string, ReadOnlyMemory<float>> { ["v"] = new float[] { 3, 4 } },
    };
}
