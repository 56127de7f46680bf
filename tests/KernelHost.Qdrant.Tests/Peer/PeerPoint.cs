using Google.Protobuf.Collections;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>A point that is kept.</summary>
internal sealed class PeerPoint(PointId id)
{
    public PointId Id { get; } = id;

    public MapField<string, Value> Payload { get; } = [];

    public Dictionary<string, float[]> Dense { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Dictionary<uint, float>> Sparse { get; } = new(StringComparer.Ordinal);
}
