using KernelHost.Memory.Retrieval;
using KernelHost.Models;

namespace KernelHost.Onnx.Tests;

public sealed class OnnxCrossEncoderTests : IDisposable
{
    // Of nine tokens "hello" alone weighs something.
    private readonly TinyModel _model = new(OnnxWriter.Lookup(TinyModel.Weights(("hello", 1)), isReduced: true));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrossEncoderOptions Options => new() { Model = _model.Directory };

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task ScoreAsync_Passages_AreJudgedByTheModelInTheirOrder()
    {
        // [CLS] world [SEP] hello world [SEP]
        Assert.Equal([1 / 6.0, 0, 2 / 6.0], await ScoreAsync(Options, "world", "hello world", "world world", "hello hello"), Near);
    }

    [Fact]
    public async Task ScoreAsync_TitleAndSection_AreReadWithThePassage()
    {
        using var encoder = new OnnxCrossEncoder(Options);
        var scores = await encoder.ScoreAsync("world", [new Passage("a", "world") { Title = "hello", Section = "hello" }, new Passage("b", "world")], Cancellation);
        Assert.Equal([2 / 7.0, 0], scores, Near);
    }

    [Fact]
    public async Task ScoreAsync_LongPassage_IsCutAndTheQueryStaysWhole()
    {
        // Of 20 tokens three are special and five are the query's: twelve are left.
        using var model = new TinyModel(OnnxWriter.Lookup(TinyModel.Weights(("hello", 1), ("world", 10)), isReduced: true));
        var scores = await ScoreAsync(new() { Model = model.Directory, MaxTokens = 20 }, "world world world world world", Repeat("hello", 10_000) + " world");
        Assert.Equal([(50 + 12) / 20.0], scores, Near);
    }

    [Fact]
    public async Task ScoreAsync_LongQuery_LeavesHalfOfTheTokensToThePassage()
    {
        // (20 - 3) / 2 = 8 of the query, nine of the passage.
        using var model = new TinyModel(OnnxWriter.Lookup(TinyModel.Weights(("hello", 1), ("world", 10)), isReduced: true));
        Assert.Equal([(80 + 9) / 20.0], await ScoreAsync(new() { Model = model.Directory, MaxTokens = 20 }, Repeat("world", 10_000), Repeat("hello", 10_000)), Near);
    }

    [Fact]
    public async Task ScoreAsync_TheModel_IsToldWhichTokensAreThePassages()
    {
        // The mean of the segments: [CLS] world [SEP] of the first, hello hello [SEP] of the second.
        using var model = new TinyModel(OnnxWriter.Lookup([[0], [1]], isReduced: true, firstInput: "token_type_ids"));
        Assert.Equal([3 / 6.0], await ScoreAsync(new() { Model = model.Directory }, "world", "hello hello"), Near);
    }

    [Fact]
    public async Task ScoreAsync_NamesOfSpecialTokensInAText_AreNone()
    {
        using var model = new TinyModel(OnnxWriter.Lookup(TinyModel.Weights(("[SEP]", 1), ("[CLS]", 1), ("[MASK]", 1)), isReduced: true));
        using var encoder = new OnnxCrossEncoder(new() { Model = model.Directory, IsCased = true });
        var score = Assert.Single(await encoder.ScoreAsync("", [new Passage("a", "[SEP] [CLS] [MASK]")], Cancellation));
        // [CLS] [SEP] and then [UNK]: an opening bracket, a word, a closing bracket, three times; and [SEP].
        Assert.Equal(3 / 12.0, score, 5);
    }

    [Fact]
    public async Task ScoreAsync_TwoLogits_AreTheSecondLessTheFirst()
    {
        using var model = new TinyModel(OnnxWriter.Lookup([.. TinyModel.Vocabulary.Select(static token => token == "hello" ? new[] { 1f, 4f } : [0, 0])], isReduced: true));
        Assert.Equal([3 / 5.0, 0], await ScoreAsync(new() { Model = model.Directory }, "world", "hello", "world"), Near);
    }

    [Fact]
    public async Task ScoreAsync_Batches_OfAnySizeGiveTheSame()
    {
        string[] texts = [.. Enumerable.Range(0, 23).Select(static i => $"{Repeat("world", i * 7 % 23)} {Repeat("hello", i % 5)}")];
        var alone = await ScoreAsync(Options with { BatchSize = 1 }, "world", texts);
        Assert.True(alone.Distinct().Count() > 10);
        Assert.Equal(alone, await ScoreAsync(Options with { BatchSize = 1 }, "world", texts));
        // The mean of the tiny model counts the filling as well, so that only pairs of one length can stand together.
        string[] alike = [.. Enumerable.Range(0, 23).Select(static i => $"{Repeat("world", i % 7)} {Repeat("hello", 7 - (i % 7))}")];
        Assert.Equal(await ScoreAsync(Options with { BatchSize = 1 }, "world", alike), await ScoreAsync(Options with { BatchSize = 4 }, "world", alike), Near);
    }

    [Fact]
    public async Task ScoreAsync_OddText_HasAScore()
    {
        var scores = await ScoreAsync(Options, "\uD800", "", "\0", "\uDC00hello", "你好", new string('x', 100_000));
        Assert.All(scores, static score => Assert.True(double.IsFinite(score)));
    }

    [Fact]
    public async Task ScoreAsync_Cancelled_Stops() => await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
    {
        using var encoder = new OnnxCrossEncoder(Options);
        await encoder.ScoreAsync("world", [new Passage("a", "hello")], new CancellationToken(canceled: true));
    });

    [Fact]
    public void Load_MissingFile_NamesItAndTheCure()
    {
        var missing = Assert.Throws<ModelException>(() => new OnnxCrossEncoder(new() { Model = "/nowhere/model.onnx" }));
        Assert.Equal("The ONNX model '/nowhere/model.onnx' does not exist. Set KernelHost:Retrieval:CrossEncoder:Model to the model's file, or to a directory with 'model.onnx'.", missing.Message);
        File.Delete(_model.VocabularyFile);
        Assert.Contains("KernelHost:Retrieval:CrossEncoder:Vocabulary", Assert.Throws<ModelException>(() => new OnnxCrossEncoder(Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AModelOfEmbeddings_IsRefused()
    {
        using var model = new TinyModel();
        var failure = Assert.Throws<ModelException>(() => new OnnxCrossEncoder(new() { Model = model.Directory }));
        Assert.Contains("gives 9 numbers a text. A cross-encoder gives one score", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "input_ids", "[1, 6, 1]")]
    [InlineData(true, "pixels", "'pixels'")]
    public async Task ScoreAsync_AModelOfAnotherKind_SaysSoAsAReranker(bool isReduced, string firstInput, string expected)
    {
        using var model = new TinyModel(OnnxWriter.Lookup(TinyModel.Weights(("hello", 1)), isReduced, firstInput));
        var failure = await Assert.ThrowsAsync<RerankException>(() => ScoreAsync(new() { Model = model.Directory }, "world", "hello hello"));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_TheContentOfTheModel_IsInIt()
    {
        using var encoder = new OnnxCrossEncoder(Options);
        Assert.StartsWith($"cross-encoder 'onnx/{Path.GetFileName(_model.Directory)}@", encoder.Name, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<double>> ScoreAsync(CrossEncoderOptions options, string query, params string[] texts)
    {
        using var encoder = new OnnxCrossEncoder(options);
        return await encoder.ScoreAsync(query, [.. texts.Select(static text => new Passage("a", text))], Cancellation);
    }

    private static string Repeat(string word, int times) => string.Join(' ', Enumerable.Repeat(word, times));

    private static bool Near(double left, double right) => Math.Abs(left - right) < 1e-5;
}
