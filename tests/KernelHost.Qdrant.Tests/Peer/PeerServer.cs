using Grpc.Core;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>Tells the version.</summary>
internal sealed class PeerServer(PeerState state) : Protocol.Qdrant.QdrantBase
{
    public override Task<HealthCheckReply> HealthCheck(HealthCheckRequest request, ServerCallContext context) =>
        Task.FromResult(new HealthCheckReply { Title = "qdrant - vector search engine", Version = $"{state.Options.Version.Major}.{state.Options.Version.Minor}.0" });
}
