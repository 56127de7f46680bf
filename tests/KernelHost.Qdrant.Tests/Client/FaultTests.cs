using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using KernelHost.Memory;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Tests.Peer;

namespace KernelHost.Qdrant.Tests.Client;

/// <summary>
/// What goes wrong between a store and a server. Always against the peer: a real server cannot be told to fail.
/// </summary>
public sealed class FaultTests
{
    private const string Key = "s3cret-key-42";

    private static readonly RecordSchema Schema = new() { Fields = [new("text", RecordFieldType.Text) { SearchWeight = 1 }, new("loose", RecordFieldType.Text)], Vectors = [new("v", 2)] };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task Request_OfAServerThatIsAway_IsRepeatedUntilItIsBack(StatusCode code)
    {
        await using var peer = await QdrantPeer.StartAsync();
        await using var store = Open(peer, options => options.RetryDelay = TimeSpan.Zero);
        await store.ListAsync(Cancellation);
        peer.Faults.Fail(3, code, "not now");

        Assert.Empty(await store.ListAsync(Cancellation));
        Assert.Equal(4, peer.Faults.Calls.Count(static call => call == "ListAliases") - 1);

        peer.Faults.Fail(4, code, "not now");
        var failure = await Assert.ThrowsAsync<MemoryException>(() => store.ListAsync(Cancellation));
        Assert.StartsWith("Qdrant could not list collections: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatMayBeRepeatedNoMore_FailsAtOnce()
    {
        await using var peer = await QdrantPeer.StartAsync();
        await using var store = Open(peer);
        peer.Faults.Fail(1, StatusCode.Internal, "broken");

        Assert.Contains("Internal (broken)", (await Assert.ThrowsAsync<MemoryException>(() => store.ListAsync(Cancellation))).Message, StringComparison.Ordinal);
        Assert.Single(peer.Faults.Calls);
    }

    [Fact]
    public async Task Request_OfALimitedServer_WaitsAsLongAsItAsks()
    {
        await using var peer = await QdrantPeer.StartAsync();
        var time = new ImpatientTime();
        await using var store = Open(peer, time: time);
        await store.ListAsync(Cancellation);
        peer.Faults.Fail(1, StatusCode.ResourceExhausted, "Rate limiting exceeded: Write rate limit exceeded, retry later", ("retry-after", "7"));

        Assert.Empty(await store.ListAsync(Cancellation));
        Assert.Equal([TimeSpan.FromSeconds(7)], time.Waits);
        Assert.Equal(3, peer.Faults.Calls.Count(static call => call == "ListAliases"));
    }

    [Fact]
    public async Task Waits_BetweenRepetitions_Double()
    {
        await using var peer = await QdrantPeer.StartAsync();
        var time = new ImpatientTime();
        await using var store = Open(peer, static options => (options.RetryDelay, options.MaxRetryDelay) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)), time);
        peer.Faults.Fail(3, StatusCode.Unavailable, "not now");

        Assert.Empty(await store.ListAsync(Cancellation));
        Assert.Equal(3, time.Waits.Count);
        Assert.InRange(time.Waits[0], TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        Assert.InRange(time.Waits[1], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        Assert.InRange(time.Waits[2], TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Request_OfAServerThatAsksForALongRest_FailsAndSaysSo()
    {
        await using var peer = await QdrantPeer.StartAsync();
        await using var store = Open(peer);
        peer.Faults.Fail(1, StatusCode.ResourceExhausted, "Rate limiting exceeded", ("retry-after", "3600"));

        Assert.Contains("3600 s of rest", (await Assert.ThrowsAsync<MemoryException>(() => store.ListAsync(Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatIsNotAnswered_EndsWithItsTime()
    {
        await using var peer = await QdrantPeer.StartAsync();
        await using var store = Open(peer, options => (options.Timeout, options.Retries) = (TimeSpan.FromMilliseconds(100), 0));
        peer.Faults.Hang(1);

        Assert.Contains("no answer within 0.1 s", (await Assert.ThrowsAsync<MemoryException>(() => store.ListAsync(Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatIsCancelled_SaysNoMoreThanThat()
    {
        await using var peer = await QdrantPeer.StartAsync();
        await using var store = Open(peer);
        peer.Faults.Hang(1);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var listing = store.ListAsync(source.Token);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listing);
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsNamed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = new Uri($"http://{listener.LocalEndpoint}");
        listener.Stop();
        await using var store = new QdrantRecordStore(new QdrantOptions { Endpoint = endpoint, Retries = 0 });

        var failure = await Assert.ThrowsAsync<MemoryException>(() => store.ListAsync(Cancellation));
        Assert.Contains($"{endpoint} cannot be reached", failure.Message, StringComparison.Ordinal);
        Assert.Contains("6334", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Set ApiKey.")]
    [InlineData("wrong-key-77", "Set ApiKey to a key of this server.")]
    [InlineData(Key, null)]
    public async Task Key_RightOrWrong_IsNeverShown(string? key, string? cure)
    {
        await using var peer = await QdrantPeer.StartAsync(new PeerOptions { ApiKey = Key });
        await using var store = Open(peer, options => options.ApiKey = key);
        if (cure is null)
        {
            Assert.Empty(await store.ListAsync(Cancellation));
            // Even of a server that repeats it.
            peer.Faults.Fail(1, StatusCode.Internal, $"cannot read 'api-key: {Key}'");
        }

        var failure = await Assert.ThrowsAsync<MemoryException>(() => store.ListAsync(Cancellation));
        Assert.Contains(cure ?? "cannot read 'api-key: ***'", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key ?? Key, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_ThatSpeaksNoGrpc_IsNamedWithTheCure()
    {
        // As Qdrant's own REST port does.
        using var rest = new TcpListener(IPAddress.Loopback, 0);
        rest.Start();
        var answering = AnswerAsync(rest);
        var endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)rest.LocalEndpoint).Port}");
        await using var store = new QdrantRecordStore(new QdrantOptions { Endpoint = endpoint, Retries = 0 });

        var failure = await Assert.ThrowsAsync<MemoryException>(() => store.ListAsync(Cancellation));

        Assert.Contains($"{endpoint} cannot be reached", failure.Message, StringComparison.Ordinal);
        Assert.Contains("its gRPC port (6334, not the REST port 6333)", failure.Message, StringComparison.Ordinal);
        rest.Stop();
        await answering;
    }

    [Fact]
    public async Task Write_OfMoreThanTheServerTakes_SaysWhatToLower()
    {
        await using var peer = await QdrantPeer.StartAsync(new PeerOptions { MostPointsPerUpsert = 10 });
        await using var store = Open(peer);
        var collection = await CreateAsync(store);
        Record[] records = [.. Enumerable.Range(0, 25).Select(static i => new Record($"k{i}"))];

        var failure = await Assert.ThrowsAsync<MemoryException>(() => collection.UpsertAsync(records, Cancellation));
        Assert.Contains("strict mode forbids it", failure.Message, StringComparison.Ordinal);
        await using var other = Open(peer, static options => options.BatchSize = 10);
        await other.GetCollection("c").UpsertAsync(records, Cancellation);
        Assert.Equal(25, await collection.CountAsync(RecordFilter.All, Cancellation));
    }

    [Fact]
    public async Task Filter_OnAFieldWithoutIndex_IsExplainedInStrictMode()
    {
        await using var peer = await QdrantPeer.StartAsync(new PeerOptions { IsStrict = true });
        await using var store = Open(peer);
        var collection = await CreateAsync(store);
        await collection.UpsertAsync([new Record("a")], Cancellation);
        var version = (await collection.GetStateAsync(Cancellation))!.Version;

        // What the store filters by itself is indexed.
        Assert.True(await collection.TryChangeAsync(new RecordChange(version) { Upserts = [new Record("a")], Deletes = ["b"] }, Cancellation));
        Assert.True(await collection.TryChangeAsync(new RecordChange(version + 1) { Upserts = [new Record("a")] }, Cancellation));
        Assert.Empty(await collection.SearchAsync(new RecordSearch { Keywords = new("anything") }, Cancellation));
        var failure = await Assert.ThrowsAsync<MemoryException>(() => collection.CountAsync(RecordFilter.Equal("loose", "x"), Cancellation));
        Assert.Contains("Index the field (IsIndexed)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("\"loose\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_LargerThanAllowed_SaysWhatToRaise()
    {
        await using var peer = await QdrantPeer.StartAsync();
        await using var store = Open(peer, static options => options.MaxReceiveMessageSize = 1024 * 1024);
        var collection = await CreateAsync(store);
        await collection.UpsertAsync([.. Enumerable.Range(0, 20).Select(static i => new Record($"k{i}") { Fields = new Dictionary<string, object?> { ["loose"] = new string('x', 100_000) } })], Cancellation);

        var failure = await Assert.ThrowsAsync<MemoryException>(() => collection.ListAsync(new RecordListing(), Cancellation));
        Assert.Contains("Raise MaxReceiveMessageSize", failure.Message, StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync(Cancellation);
                await connection.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), Cancellation);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private static QdrantRecordStore Open(QdrantPeer peer, Action<QdrantOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new QdrantOptions { Endpoint = peer.Endpoint, Retries = 3 };
        configure?.Invoke(options);
        return new QdrantRecordStore(options, time);
    }

    private static async Task<RecordCollection> CreateAsync(RecordStore store)
    {
        var collection = store.GetCollection("c");
        await collection.EnsureExistsAsync(Schema, new Dictionary<string, string>(), Cancellation);
        return collection;
    }
}
