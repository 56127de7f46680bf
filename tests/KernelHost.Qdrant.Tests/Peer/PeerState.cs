using Grpc.Core;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>The collections and aliases of a peer. All work is done under its lock, one request at a time.</summary>
internal sealed class PeerState(PeerOptions options)
{
    public PeerOptions Options { get; } = options;

    public Lock Lock { get; } = new();

    public Dictionary<string, PeerCollection> Collections { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Aliases { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it has what came with a version.</summary>
    public bool Has(int major, int minor) => Options.Version.CompareTo((major, minor)) >= 0;

    /// <summary>The collection of a name or alias.</summary>
    public PeerCollection Find(string name) =>
        Collections.TryGetValue(Aliases.GetValueOrDefault(name, name), out var found) ? found : throw Fault(StatusCode.NotFound, $"Not found: Collection `{name}` doesn't exist!");

    public static RpcException Fault(StatusCode code, string detail) => new(new Status(code, detail));

    public static RpcException Wrong(string detail) => Fault(StatusCode.InvalidArgument, $"Wrong input: {detail}");
}
