using KernelHost.Memory.Records;
using Microsoft.Extensions.VectorData;

namespace KernelHost.Memory.VectorData;

/// <summary>A distance function of the abstraction: which distance a store computes for it, and what it makes of the score.</summary>
/// <param name="Distance">What the store computes.</param>
/// <param name="FromStore">The score that the caller sees.</param>
/// <param name="ToStore">The threshold of the caller as one of the store.</param>
internal sealed record VectorScore(VectorDistance Distance, Func<double, double> FromStore, Func<double, double> ToStore)
{
    private static readonly Dictionary<string, VectorScore> Functions = new(StringComparer.Ordinal)
    {
        [DistanceFunction.CosineSimilarity] = Same(VectorDistance.Cosine),
        [DistanceFunction.CosineDistance] = new(VectorDistance.Cosine, static score => 1 - score, static score => 1 - score),
        [DistanceFunction.DotProductSimilarity] = Same(VectorDistance.DotProduct),
        [DistanceFunction.NegativeDotProductSimilarity] = new(VectorDistance.DotProduct, static score => -score, static score => -score),
        [DistanceFunction.EuclideanDistance] = Same(VectorDistance.Euclidean),
        [DistanceFunction.EuclideanSquaredDistance] = new(VectorDistance.Euclidean, static score => score * score, static score => score < 0 ? -1 : Math.Sqrt(score)),
        [DistanceFunction.ManhattanDistance] = Same(VectorDistance.Manhattan),
    };

    /// <summary>The function of this name; the cosine similarity when there is none.</summary>
    /// <exception cref="NotSupportedException">The name is not known.</exception>
    public static VectorScore Of(string? function, string property) => Functions.GetValueOrDefault(function ?? DistanceFunction.CosineSimilarity) ?? throw new NotSupportedException(
        $"The vector '{property}' asks for the distance function '{function}', which is not supported. Use one of: {string.Join(", ", Functions.Keys)}.");

    private static VectorScore Same(VectorDistance distance) => new(distance, static score => score, static score => score);
}
