using System.Globalization;
using System.Numerics.Tensors;
using KernelHost.Models.Offline;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Models.Offline;

public sealed class HashingEmbeddingGeneratorTests
{
    private static readonly HashingEmbeddingGenerator Generator = new();

    private static async Task<float[]> EmbedAsync(string text) =>
        (await Generator.GenerateAsync([text], cancellationToken: TestContext.Current.CancellationToken))[0].Vector.ToArray();

    private static async Task<float> NearAsync(string left, string right)
    {
        var (one, other) = (await EmbedAsync(left), await EmbedAsync(right));
        return TensorPrimitives.Dot<float>(one, other);
    }

    [Fact]
    public async Task Vector_IsTheOneEveryOtherProcessMade()
    {
        var vector = await EmbedAsync("Shipping costs");

        // Stored vectors depend on it: a change of these numbers needs another model id.
        var first = Enumerable.Range(0, vector.Length).Where(i => vector[i] != 0).Take(5).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}:{vector[i]:F4}"));
        Assert.Equal("6:0.1601 56:-0.1601 59:-0.1601 81:0.1601 126:-0.1601", string.Join(' ', first));
    }

    [Theory]
    [InlineData("refund")]
    [InlineData("Ada schrieb: Größe 12, naïve café 東京 🚀")]
    [InlineData("a")]
    [InlineData("\ud83d broken surrogate")]
    public async Task AnyText_HasUnitLength(string text) => Assert.Equal(1f, TensorPrimitives.Norm<float>(await EmbedAsync(text)), 4);

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n")]
    [InlineData("?!… —")]
    public async Task TextWithoutWords_IsZero(string text)
    {
        var vector = await EmbedAsync(text);
        Assert.Equal(HashingEmbeddingGenerator.Dimensions, vector.Length);
        Assert.All(vector, static value => Assert.Equal(0f, value));
    }

    [Fact]
    public async Task SpellingOfTheSame_IsTheSame()
    {
        Assert.Equal(await EmbedAsync("café TOTAL"), await EmbedAsync("Cafe\u0301  total!"));
        Assert.Equal(await EmbedAsync("ﬁle ①"), await EmbedAsync("file 1"));
    }

    [Fact]
    public async Task TypingError_StaysNearerThanAnotherText()
    {
        var typo = await NearAsync("refund the shipping costs", "refnud the shiping costs");
        var other = await NearAsync("refund the shipping costs", "weather forecast for Oslo");
        Assert.True(typo > 0.5 && other < 0.2, $"{typo} {other}");
    }

    [Fact]
    public async Task Options_ForAnotherModel_Throw()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => Generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 8 }, cancellationToken));
        Assert.Contains("'8'", error.Message);
        await Assert.ThrowsAsync<NotSupportedException>(() => Generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { ModelId = "x" }, cancellationToken));
    }

    [Fact]
    public void Metadata_NamesModelAndDimensions()
    {
        var metadata = Generator.GetService<EmbeddingGeneratorMetadata>();
        Assert.Equal("kh-hash-char-v1", metadata?.DefaultModelId);
        Assert.Equal(1024, metadata?.DefaultModelDimensions);
        Assert.Same(Generator, Generator.GetService<HashingEmbeddingGenerator>());
    }
}
