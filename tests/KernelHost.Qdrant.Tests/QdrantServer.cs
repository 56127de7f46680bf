using KernelHost.Memory.Records;
using KernelHost.Qdrant.Tests.Peer;

namespace KernelHost.Qdrant.Tests;

/// <summary>
/// The server that the tests talk to: the one that <c>KERNELHOST_QDRANT_ENDPOINT</c> names, with the key of <c>KERNELHOST_QDRANT_API_KEY</c>, or else a peer in this
/// process. Each test has collections of its own, by their prefix.
/// </summary>
internal static class QdrantServer
{
    private static readonly Lazy<Task<QdrantPeer>> Peer = new(() => QdrantPeer.StartAsync());

    /// <summary>Whether a real server is tested.</summary>
    public static bool IsReal => Environment.GetEnvironmentVariable("KERNELHOST_QDRANT_ENDPOINT") is { Length: > 0 };

    /// <summary>Options with a prefix that no other test has. Searches are exact, because the tests compare hit by hit.</summary>
    public static async Task<QdrantOptions> OptionsAsync() => new()
    {
        Endpoint = IsReal ? new Uri(Environment.GetEnvironmentVariable("KERNELHOST_QDRANT_ENDPOINT")!) : (await Peer.Value).Endpoint,
        ApiKey = IsReal ? Environment.GetEnvironmentVariable("KERNELHOST_QDRANT_API_KEY") : null,
        AllowUnencryptedApiKey = true,
        Prefix = $"test-{Guid.NewGuid():N}-",
        Exact = true,
    };

    /// <summary>Deletes what a test has left.</summary>
    public static async Task CleanAsync(QdrantOptions options)
    {
        await using var store = new QdrantRecordStore(options);
        foreach (var name in await store.ListAsync(CancellationToken.None))
        {
            await store.GetCollection(name).DropAsync(CancellationToken.None);
        }
    }

    /// <summary>Fails when a collection of a test is still on the server.</summary>
    public static async Task AssertNothingLeftAsync(QdrantOptions options)
    {
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(options.Endpoint);
        var headers = new Grpc.Core.Metadata();
        if (options.ApiKey is { } key)
        {
            headers.Add("api-key", key);
        }

        var response = await new Protocol.Collections.CollectionsClient(channel).ListAsync(new Protocol.ListCollectionsRequest(), headers);
        Assert.DoesNotContain(response.Collections, collection => collection.Name.StartsWith(options.Prefix, StringComparison.Ordinal));
    }
}
