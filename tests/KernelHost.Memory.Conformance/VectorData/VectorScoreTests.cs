using Microsoft.Extensions.VectorData;

namespace KernelHost.Memory.Conformance.VectorData;

/// <summary>What a score means with each distance function, and what a threshold leaves out.</summary>
public abstract class VectorScoreTests : VectorStoreTestBase
{
    [Theory]
    [InlineData(null, "same orthogonal opposite", 1, 0, -1)]
    [InlineData(DistanceFunction.CosineSimilarity, "same orthogonal opposite", 1, 0, -1)]
    [InlineData(DistanceFunction.CosineDistance, "same orthogonal opposite", 0, 1, 2)]
    [InlineData(DistanceFunction.DotProductSimilarity, "same orthogonal opposite", 4, 0, -4)]
    [InlineData(DistanceFunction.NegativeDotProductSimilarity, "same orthogonal opposite", -4, 0, 4)]
    [InlineData(DistanceFunction.EuclideanDistance, "same orthogonal opposite", 0, 3, 4)]
    [InlineData(DistanceFunction.EuclideanSquaredDistance, "same orthogonal opposite", 0, 9, 16)]
    [InlineData(DistanceFunction.ManhattanDistance, "same opposite orthogonal", 0, 4, 5)]
    public async Task Scores_OfEachFunction_AreWhatTheFunctionSays(string? function, string order, double first, double second, double third)
    {
        var collection = Store.GetDynamicCollection("records", Define(function));
        await collection.EnsureCollectionExistsAsync(Cancellation);
        var query = new float[] { 2, 0, 0, 0 };
        await collection.UpsertAsync(
            [
                new() { ["Id"] = "opposite", ["Vector"] = new float[] { -2, 0, 0, 0 } },
                new() { ["Id"] = "orthogonal", ["Vector"] = new float[] { 0, 2, 1, 0 } },
                new() { ["Id"] = "same", ["Vector"] = query },
            ],
            Cancellation);

        var results = await collection.SearchAsync(query, 3, cancellationToken: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(order, string.Join(' ', results.Select(static result => result.Record["Id"])));
        Assert.All(results.Zip([first, second, third]), static pair => Assert.Equal(pair.Second, pair.First.Score!.Value, 1e-4));

        // Between the second and the third.
        var limited = await collection.SearchAsync(query, 3, new() { ScoreThreshold = (second + third) / 2 }, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(results.Take(2).Select(static result => result.Record["Id"]), limited.Select(static result => result.Record["Id"]));
        Assert.Single(await collection.SearchAsync(query, 3, new() { ScoreThreshold = (first + second) / 2 }, Cancellation).ToListAsync(Cancellation));
    }

    [Theory]
    [InlineData(DistanceFunction.HammingDistance)]
    [InlineData("Chebyshev")]
    public void Functions_ThatAreNotSupported_AreRefusedByName(string function) =>
        Assert.Contains($"'{function}'", Assert.Throws<NotSupportedException>(() => Store.GetDynamicCollection("records", Define(function))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(IndexKind.Flat, true)]
    [InlineData(IndexKind.Hnsw, true)]
    [InlineData(null, true)]
    [InlineData(IndexKind.DiskAnn, false)]
    public async Task IndexKinds_AreHintsOrAreRefused(string? kind, bool isSupported)
    {
        if (!isSupported)
        {
            Assert.Contains($"'{kind}'", Assert.Throws<NotSupportedException>(() => Store.GetDynamicCollection("records", Define(null, kind))).Message, StringComparison.Ordinal);
            return;
        }

        var collection = Store.GetDynamicCollection("records", Define(null, kind));
        await collection.EnsureCollectionExistsAsync(Cancellation);
        await collection.UpsertAsync(new Dictionary<string, object?> { ["Id"] = "a", ["Vector"] = new float[] { 1, 0, 0, 0 } }, Cancellation);
        Assert.Single(await collection.SearchAsync(new float[] { 1, 0, 0, 0 }, 3, cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    private static VectorStoreCollectionDefinition Define(string? function, string? kind = null) => new()
    {
        Properties = [new VectorStoreKeyProperty("Id", typeof(string)), new VectorStoreVectorProperty("Vector", typeof(float[]), 4) { DistanceFunction = function, IndexKind = kind }],
    };
}
