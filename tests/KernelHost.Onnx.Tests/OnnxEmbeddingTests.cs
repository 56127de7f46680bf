using System.Numerics.Tensors;
using KernelHost.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.Onnx.Tests;

public sealed class OnnxEmbeddingTests : IDisposable
{
    private readonly TinyModel _model = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task GenerateAsync_MeanOfTokens_HasLengthOneAndEveryTokenInIt()
    {
        using var generator = new OnnxEmbeddingGenerator(_model.Options);
        var vector = await EmbedAsync(generator, "Hello, unknown!");
        // [CLS] hello [UNK: the comma] un ##known [UNK] [SEP]
        Assert.Equal(Unit([0, 2, 1, 1, 1, 0, 1, 1, 0]), vector, Near);
        Assert.Equal(9, generator.Dimensions);
    }

    [Fact]
    public async Task GenerateAsync_TextsOfDifferentLength_EachIsAsItIsAlone()
    {
        using var generator = new OnnxEmbeddingGenerator(_model.Options with { BatchSize = 2 });
        string[] texts = ["hello", "world hello world hello world", "", "world"];
        var together = await generator.GenerateAsync(texts, cancellationToken: Cancellation);
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Equal(await EmbedAsync(generator, texts[i]), together[i].Vector.ToArray(), Near);
        }

        Assert.Equal(3 + 7 + 2 + 3, together.Usage?.InputTokenCount);
    }

    [Fact]
    public async Task GenerateAsync_FirstToken_GivesItsVector()
    {
        using var generator = new OnnxEmbeddingGenerator(_model.Options with { Pooling = EmbeddingPooling.First });
        Assert.Equal(TinyModel.Units[2], await EmbedAsync(generator, "hello world"), Near);
    }

    [Fact]
    public async Task GenerateAsync_ModelThatPoolsItself_IsTakenAsItIs()
    {
        using var model = new TinyModel(OnnxWriter.Lookup(TinyModel.Units, isReduced: true));
        using var generator = new OnnxEmbeddingGenerator(model.Options);
        Assert.Equal(Unit([0, 0, 1, 1, 1, 0, 0, 0, 0]), await EmbedAsync(generator, "hello"), Near);
    }

    [Fact]
    public async Task GenerateAsync_LongText_IsCutToTheTokensOfTheModel()
    {
        using var generator = new OnnxEmbeddingGenerator(_model.Options with { MaxTokens = 8 });
        Assert.Equal(
            await EmbedAsync(generator, "hello hello hello hello hello hello"),
            await EmbedAsync(generator, string.Join(' ', Enumerable.Repeat("hello", 10_000)) + " world"), Near);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\t")]
    [InlineData("\u00A0")]
    [InlineData("\u2028")]
    public async Task GenerateAsync_WordsOnTwoLines_AreTwoWords(string between)
    {
        using var generator = new OnnxEmbeddingGenerator(_model.Options);
        Assert.Equal(await EmbedAsync(generator, "hello world"), await EmbedAsync(generator, $"hello{between}world"), Near);
    }

    [Theory]
    [InlineData("h\u00E9llo", "hello")]
    [InlineData("HE\u0301LLO", "hello")]
    [InlineData("hello$world", "hello ! world")]
    [InlineData("hello 😀", "hello !")]
    [InlineData("hello\u0000", "hello")]
    [InlineData("世界", "! !")]
    [InlineData("[MASK]", "! ! !")]
    public async Task GenerateAsync_SignsAndAccents_AreReadAsBertReadsThem(string text, string same)
    {
        using var generator = new OnnxEmbeddingGenerator(_model.Options);
        Assert.Equal(await EmbedAsync(generator, same), await EmbedAsync(generator, text), Near);
    }

    [Fact]
    public async Task GenerateAsync_OddText_IsEmbedded()
    {
        using var generator = new OnnxEmbeddingGenerator(_model.Options);
        foreach (var text in new[] { "\0", "\uD800", "\u202Ehello", "你好", new string('x', 5000) })
        {
            var vector = await EmbedAsync(generator, text);
            Assert.Equal(1, TensorPrimitives.Norm<float>(vector), 1e-4f);
        }
    }

    [Fact]
    public void ModelId_AnythingThatChangesVectors_ChangesIt()
    {
        var ids = new List<string>();
        using var other = new TinyModel(OnnxWriter.Lookup([.. TinyModel.Units.Reverse()]));
        foreach (var options in new[] { _model.Options, _model.Options with { MaxTokens = 9 }, _model.Options with { Pooling = EmbeddingPooling.First }, _model.Options with { IsCased = true }, other.Options })
        {
            using var generator = new OnnxEmbeddingGenerator(options);
            ids.Add(generator.ModelId);
        }

        Assert.Equal(ids.Count, ids.Distinct().Count());
        using var again = new OnnxEmbeddingGenerator(_model.Options with { Model = _model.ModelFile, Vocabulary = _model.VocabularyFile });
        Assert.Equal(ids[0], again.ModelId);
        Assert.StartsWith($"onnx/{Path.GetFileName(_model.Directory)}@", again.ModelId, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingOrBrokenFile_NamesItAndTheCure()
    {
        var missing = Assert.Throws<ModelException>(() => new OnnxEmbeddingGenerator(new OnnxModelOptions { Model = "/nowhere/model.onnx" }));
        Assert.Equal("The ONNX model '/nowhere/model.onnx' does not exist. Set KernelHost:Embeddings:Model to the model's file, or to a directory with 'model.onnx'.", missing.Message);

        File.WriteAllText(_model.ModelFile, "this is no model");
        Assert.Contains($"'{_model.ModelFile}'", Assert.Throws<ModelException>(() => new OnnxEmbeddingGenerator(_model.Options)).Message, StringComparison.Ordinal);

        File.WriteAllBytes(_model.ModelFile, OnnxWriter.Lookup(TinyModel.Units));
        File.WriteAllText(_model.VocabularyFile, "just\none\n");
        Assert.Contains($"'{_model.VocabularyFile}'", Assert.Throws<ModelException>(() => new OnnxEmbeddingGenerator(_model.Options)).Message, StringComparison.Ordinal);

        File.Delete(_model.VocabularyFile);
        Assert.Contains("KernelHost:Embeddings:Vocabulary", Assert.Throws<ModelException>(() => new OnnxEmbeddingGenerator(_model.Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_ModelOfAnotherKind_SaysWhatItWants()
    {
        using var model = new TinyModel(OnnxWriter.Lookup(TinyModel.Units, firstInput: "pixels"));
        using var generator = new OnnxEmbeddingGenerator(model.Options);
        var failure = await Assert.ThrowsAsync<ModelException>(() => EmbedAsync(generator, "hello"));
        Assert.Contains("'pixels'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_FromConfiguration_GivesTheModel()
    {
        var read = ModelConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["KernelHost:Embeddings:Provider"] = "onnx",
            ["KernelHost:Embeddings:Model"] = _model.Directory,
            ["KernelHost:Embeddings:Pooling"] = "first",
        }).Build());
        Assert.Empty(read.Errors);
        var model = EmbeddingModels.Create(read.Embeddings, NullLoggerFactory.Instance, onnx: OnnxEmbeddings.Create);
        using var generator = model.Generator;
        Assert.Equal((9, false), (model.Dimensions, model.IsLexical));
        Assert.Equal(TinyModel.Units[2], await EmbedAsync(generator, "world"), Near);
    }

    private static async Task<float[]> EmbedAsync(IEmbeddingGenerator<string, Embedding<float>> generator, string text) =>
        (await generator.GenerateAsync([text], cancellationToken: Cancellation))[0].Vector.ToArray();

    private static float[] Unit(float[] vector)
    {
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    private static bool Near(float left, float right) => MathF.Abs(left - right) < 1e-5f;
}
