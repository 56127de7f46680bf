using KernelHost.Memory.VectorData;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace KernelHost.Memory.Conformance.VectorData;

/// <summary>Texts in the place of vectors are embedded by the nearest generator: of the property, the definition, or the store.</summary>
public abstract class VectorEmbeddingTests : VectorStoreTestBase
{
    /// <summary>A record whose vector is made of its text.</summary>
    public sealed class Passage
    {
        public int Id { get; set; }

        public string? Text { get; set; }
    }

    /// <summary>Embeds a text as its length and a constant that tells which generator it was.</summary>
    private sealed class LengthGenerator(float mark) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public int Calls { get; private set; }

        public string? Model { get; init; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(value => new Embedding<float>(new[] { value.Length, mark }))));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => Model is not null && serviceType == typeof(EmbeddingGeneratorMetadata)
            ? new EmbeddingGeneratorMetadata(defaultModelId: Model)
            : null;

        public void Dispose()
        {
        }
    }

    [Fact]
    public async Task Upsert_OfABatch_EmbedsInOneCall()
    {
        using var generator = new LengthGenerator(0);
        var collection = await PrepareAsync(generator, null, null);
        await collection.UpsertAsync([new() { Id = 1, Text = "a" }, new() { Id = 2, Text = "four" }, new() { Id = 3, Text = "sixsix" }], Cancellation);

        Assert.Equal(1, generator.Calls);
        Assert.Equal([2, 3, 1], (await collection.SearchAsync("five!"[..4], 3, cancellationToken: Cancellation).ToListAsync(Cancellation)).Select(static result => result.Record.Id));
        Assert.Equal(3, (await collection.SearchAsync(new float[] { 6, 0 }, 1, cancellationToken: Cancellation).ToListAsync(Cancellation)).Single().Record.Id);
    }

    [Theory]
    [InlineData(true, true, 3)]
    [InlineData(true, false, 3)]
    [InlineData(false, true, 2)]
    [InlineData(false, false, 1)]
    public async Task Generator_TheNearestIsUsed(bool ofProperty, bool ofDefinition, float expected)
    {
        using LengthGenerator store = new(1), definition = new(2), property = new(3);
        var collection = await PrepareAsync(store, ofDefinition ? definition : null, ofProperty ? property : null);
        await collection.UpsertAsync(new Passage { Id = 1, Text = "four" }, Cancellation);

        var result = Assert.Single(await collection.SearchAsync(new float[] { 4, expected }, 1, cancellationToken: Cancellation).ToListAsync(Cancellation));
        Assert.Equal(0, result.Score!.Value, 1e-5);
        var read = Assert.Single(await Store.GetDynamicCollection("records", Define(ofDefinition ? definition : null, ofProperty ? property : store))
            .SearchAsync("four", 1, cancellationToken: Cancellation).ToListAsync(Cancellation));
        Assert.Equal(1, read.Record["Id"]);
    }

    [Fact]
    public async Task Vectors_OfEmbeddedTexts_AreNotReadBack()
    {
        using var generator = new LengthGenerator(0);
        var collection = await PrepareAsync(generator, null, null);
        await collection.UpsertAsync(new Passage { Id = 1, Text = "four" }, Cancellation);

        Assert.Null((await collection.GetAsync(1, cancellationToken: Cancellation))!.Text);
        await Assert.ThrowsAsync<NotSupportedException>(() => collection.GetAsync(1, new() { IncludeVectors = true }, Cancellation));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await collection.GetAsync([1], new() { IncludeVectors = true }, Cancellation).ToListAsync(Cancellation));
        await Assert.ThrowsAsync<NotSupportedException>(() => ListAsync(collection, static passage => true, new() { IncludeVectors = true }));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await collection.SearchAsync("four", 1, new() { IncludeVectors = true }, Cancellation).ToListAsync(Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await collection.SearchAsync(8, 1, cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Collections_RememberTheirModel_AndRefuseAnother()
    {
        using LengthGenerator first = new(0) { Model = "m-1" }, second = new(0) { Model = "m-2" }, silent = new(0);
        await PrepareAsync(first, null, null);
        await PrepareAsync(first, null, null);
        await PrepareAsync(silent, null, null);

        var failure = await Assert.ThrowsAsync<VectorStoreException>(() => PrepareAsync(second, null, null));
        Assert.Contains("'m-1', not 'm-2'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_WithoutAGenerator_AreRefused()
    {
        Assert.Throws<InvalidOperationException>(() => Store.GetCollection<int, Passage>("records", Define(null, null)));
        var collection = Store.GetDynamicCollection("records", new() { Properties = [new VectorStoreKeyProperty("Id", typeof(int)), new VectorStoreVectorProperty("Text", typeof(float[]), 2)] });
        await collection.EnsureCollectionExistsAsync(Cancellation);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await collection.SearchAsync("four", 1, cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    private async Task<VectorStoreCollection<int, Passage>> PrepareAsync(IEmbeddingGenerator store, IEmbeddingGenerator? definition, IEmbeddingGenerator? property)
    {
        var collection = CreateVectorStore(Records, new RecordVectorStoreOptions { EmbeddingGenerator = store }).GetCollection<int, Passage>("records", Define(definition, property));
        await collection.EnsureCollectionExistsAsync(Cancellation);
        return collection;
    }

    private static VectorStoreCollectionDefinition Define(IEmbeddingGenerator? definition, IEmbeddingGenerator? property) => new()
    {
        EmbeddingGenerator = definition,
        Properties = [new VectorStoreKeyProperty("Id", typeof(int)), new VectorStoreVectorProperty("Text", typeof(string), 2) { EmbeddingGenerator = property, DistanceFunction = DistanceFunction.EuclideanDistance }],
    };
}
