using KernelHost.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace KernelHost.Tests.Models;

public sealed class PacedEmbeddingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateAsync_ManyTexts_AreSentInBatchesAndComeBackInOrder()
    {
        using var counting = new CountingGenerator();
        using var paced = new PacedEmbeddingGenerator(counting, batchSize: 3, requestsPerMinute: null, TimeProvider.System);
        var embeddings = await paced.GenerateAsync(Enumerable.Range(0, 8).Select(static i => new string('x', i)), cancellationToken: Cancellation);
        Assert.Equal(Enumerable.Range(0, 8).Select(static i => (float)i), embeddings.Select(static embedding => embedding.Vector.Span[0]));
        Assert.Equal([3, 3, 2], counting.Batches);
        Assert.Equal(8, embeddings.Usage?.InputTokenCount);
        Assert.Empty(await paced.GenerateAsync([], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task GenerateAsync_LongTexts_DoNotShareARequest()
    {
        using var counting = new CountingGenerator();
        using var paced = new PacedEmbeddingGenerator(counting, batchSize: 64, requestsPerMinute: null, TimeProvider.System);
        await paced.GenerateAsync([new string('a', 200_000), new string('b', 100_000), "c", new string('d', 400_000)], cancellationToken: Cancellation);
        Assert.Equal([1, 2, 1], counting.Batches);
    }

    [Fact]
    public async Task GenerateAsync_RequestsPerMinute_AreEvenlySpreadOverAllCallers()
    {
        var clock = new FakeTimeProvider();
        using var counting = new CountingGenerator();
        using var paced = new PacedEmbeddingGenerator(counting, batchSize: 1, requestsPerMinute: 60, clock);
        var first = paced.GenerateAsync(["a", "b"], cancellationToken: Cancellation);
        var second = paced.GenerateAsync(["c"], cancellationToken: Cancellation);
        Assert.Single(counting.Batches);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, counting.Batches.Count);
        clock.Advance(TimeSpan.FromSeconds(1));
        await first;
        await second;
        Assert.Equal(3, counting.Batches.Count);
    }

    private sealed class CountingGenerator : IEmbeddingGenerator<string, Embedding<float>>
    {
        public List<int> Batches { get; } = [];

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            var texts = values.ToList();
            Batches.Add(texts.Count);
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(static text => new Embedding<float>(new float[] { text.Length })))
            {
                Usage = new UsageDetails { InputTokenCount = texts.Count },
            });
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
