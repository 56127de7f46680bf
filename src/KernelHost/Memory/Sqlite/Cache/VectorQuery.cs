using System.Numerics.Tensors;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>A vector to be near to, and how near another one is.</summary>
internal sealed class VectorQuery
{
    private readonly float _norm;
    private readonly float[]? _differences;

    public VectorQuery(RecordVector vector, ReadOnlyMemory<float> value)
    {
        Distance = vector.Distance;
        Value = value.ToArray();
        _norm = TensorPrimitives.Norm<float>(Value);
        _differences = Distance == VectorDistance.Manhattan ? new float[Value.Length] : null;
    }

    public VectorDistance Distance { get; }

    public float[] Value { get; }

    public float Norm => _norm;

    /// <summary>Whether higher is nearer.</summary>
    public bool IsSimilarity => Distance is VectorDistance.Cosine or VectorDistance.DotProduct;

    /// <summary>How near a vector is: higher is nearer, a distance is negative.</summary>
    public double Nearness(ReadOnlySpan<float> other)
    {
        switch (Distance)
        {
            // The vectors are stored at length one.
            case VectorDistance.Cosine:
                return _norm > 0 ? TensorPrimitives.Dot(other, Value) / _norm : 0;
            case VectorDistance.DotProduct:
                return TensorPrimitives.Dot(other, Value);
            case VectorDistance.Euclidean:
                return -TensorPrimitives.Distance(other, Value);
            default:
                TensorPrimitives.Subtract(other, Value, _differences);
                return -TensorPrimitives.SumOfMagnitudes<float>(_differences);
        }
    }

    /// <summary>How near vectors are that lie side by side.</summary>
    public void Nearness(ReadOnlySpan<float> others, Span<double> nearness)
    {
        var length = Value.Length;
        if (Distance is VectorDistance.Cosine or VectorDistance.DotProduct)
        {
            // The usual case, without a question in the loop.
            ReadOnlySpan<float> value = Value;
            var norm = Distance == VectorDistance.DotProduct ? 1 : _norm > 0 ? _norm : float.PositiveInfinity;
            for (var i = 0; i < nearness.Length; i++)
            {
                nearness[i] = TensorPrimitives.Dot(others.Slice(i * length, length), value) / norm;
            }

            return;
        }

        for (var i = 0; i < nearness.Length; i++)
        {
            nearness[i] = Nearness(others.Slice(i * length, length));
        }
    }

    /// <summary>The score that callers see.</summary>
    public double ScoreOf(double nearness) => IsSimilarity ? nearness : -nearness;

    /// <summary>Whether a leg's threshold lets a row pass.</summary>
    public bool Passes(double nearness, float? threshold) => threshold is not { } bound || (IsSimilarity ? nearness >= bound : -nearness <= bound);
}
