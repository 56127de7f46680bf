using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>Numbers before UUIDs, each by size; UUIDs in their usual form are in the order of their characters.</summary>
internal sealed class PointOrder : IComparer<PointId>
{
    public int Compare(PointId? x, PointId? y) => (x!.PointIdOptionsCase, y!.PointIdOptionsCase) switch
    {
        (PointId.PointIdOptionsOneofCase.Num, PointId.PointIdOptionsOneofCase.Num) => x.Num.CompareTo(y.Num),
        (PointId.PointIdOptionsOneofCase.Num, _) => -1,
        (_, PointId.PointIdOptionsOneofCase.Num) => 1,
        _ => string.CompareOrdinal(x.Uuid, y.Uuid),
    };
}
