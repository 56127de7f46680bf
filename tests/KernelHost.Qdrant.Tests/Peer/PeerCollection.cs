using System.Runtime.InteropServices;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>The points of a collection.</summary>
internal sealed class PeerCollection(CreateCollection request)
{
    public CreateCollection Request { get; } = request;

    public SortedDictionary<PointId, PeerPoint> Points { get; } = new(new PointOrder());

    public Dictionary<string, FieldType> Indexes { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, PayloadIndexParams?> IndexParameters { get; } = new(StringComparer.Ordinal);

    public VectorParams VectorOf(string name) =>
        Request.VectorsConfig.ParamsMap.Map.TryGetValue(name, out var found) ? found : throw PeerState.Wrong($"Not existing vector name error: {name}");

    public bool IsSparse(string name) => Request.SparseVectorsConfig.Map.ContainsKey(name);

    /// <summary>Makes the point that would be kept; refuses it when it does not fit.</summary>
    public PeerPoint Take(PointStruct source)
    {
        if (source.Id is null || source.Id.PointIdOptionsCase == PointId.PointIdOptionsOneofCase.None)
        {
            throw PeerState.Fault(Grpc.Core.StatusCode.InvalidArgument, "Empty ID is not allowed");
        }

        if (source.Id.PointIdOptionsCase == PointId.PointIdOptionsOneofCase.Uuid && !Guid.TryParse(source.Id.Uuid, out _))
        {
            throw PeerState.Fault(Grpc.Core.StatusCode.InvalidArgument, $"Unable to parse UUID: {source.Id.Uuid}");
        }

        if (source.Vectors is null)
        {
            throw PeerState.Fault(Grpc.Core.StatusCode.InvalidArgument, "Expected some vectors");
        }

        var point = new PeerPoint(source.Id.PointIdOptionsCase == PointId.PointIdOptionsOneofCase.Num ? source.Id.Clone() : new PointId { Uuid = Guid.Parse(source.Id.Uuid).ToString("D") });
        foreach (var (name, value) in source.Payload)
        {
            Check(value);
            point.Payload[name] = value.Clone();
        }

        foreach (var (name, vector) in source.Vectors.Vectors_.Vectors)
        {
            if (vector.Sparse is { } sparse)
            {
                point.Sparse[IsSparse(name) ? name : throw PeerState.Wrong($"Not existing vector name error: {name}")] = Take(sparse);
            }
            else
            {
                point.Dense[name] = Take(name, vector.Dense?.Data ?? vector.Data);
            }
        }

        return point;
    }

    /// <summary>A vector as the collection compares it: of a cosine at length one.</summary>
    public float[] Take(string name, Google.Protobuf.ByteString bytes)
    {
        var vector = MemoryMarshal.Cast<byte, float>(bytes.Span).ToArray();
        var expected = VectorOf(name);
        if (vector.Length != (int)expected.Size)
        {
            throw PeerState.Wrong($"Vector dimension error: expected dim: {expected.Size}, got {vector.Length}");
        }

        if (expected.Distance == Distance.Cosine)
        {
            var norm = MathF.Sqrt(vector.Sum(static one => one * one));
            return norm > 0 ? [.. vector.Select(one => one / norm)] : vector;
        }

        return vector;
    }

    public static Dictionary<uint, float> Take(SparseVector sparse)
    {
        if (sparse.Indices.Count != sparse.Values.Count || sparse.Indices.Distinct().Count() != sparse.Indices.Count)
        {
            throw PeerState.Fault(Grpc.Core.StatusCode.InvalidArgument, "Validation error in body: indices must be unique and as many as values");
        }

        return sparse.Indices.Zip(sparse.Values).ToDictionary(static pair => pair.First, static pair => pair.Second);
    }

    private static void Check(Value value)
    {
        if (value.KindCase == Value.KindOneofCase.DoubleValue && !double.IsFinite(value.DoubleValue))
        {
            throw PeerState.Fault(Grpc.Core.StatusCode.InvalidArgument, "cannot convert to json number");
        }

        foreach (var element in value.ListValue?.Values ?? [])
        {
            Check(element);
        }
    }
}
