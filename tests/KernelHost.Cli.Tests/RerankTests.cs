using System.Text.Json;
using KernelHost.Cli.Tests.Support;
using KernelHost.Onnx.Tests;

namespace KernelHost.Cli.Tests;

/// <summary>A cross-encoder behind the command line: a real model of one node, which likes the word "hello".</summary>
public sealed class RerankTests : IAsyncLifetime
{
    private readonly TestHome _home = new();
    private readonly TinyModel _model = new(OnnxWriter.Lookup(TinyModel.Weights(("hello", 1)), isReduced: true));

    public async ValueTask InitializeAsync()
    {
        _home.Write("docs/first.txt", "parcel parcel parcel parcel");
        _home.Write("docs/second.txt", "Of a parcel that arrived late somebody wrote: hello hello hello");
        (await _home.CallAsync("ingest", Path.Combine(_home.Work, "docs"), "--collection", "letters")).Expect(0);
    }

    public ValueTask DisposeAsync()
    {
        _model.Dispose();
        _home.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Search_Rerank_IsOffUntilItIsAskedFor()
    {
        var config = Configure(_model.Directory);

        Assert.Equal("first.txt", await FirstAsync("--config", config));
        Assert.Equal("second.txt", await FirstAsync("--config", config, "--rerank", "onnx"));
    }

    [Fact]
    public async Task Search_RerankOfTheConfiguration_HoldsUnlessTheCommandSaysNone()
    {
        var config = Configure(_model.ModelFile, rerank: "onnx");

        Assert.Equal("second.txt", await FirstAsync("--config", config));
        Assert.Equal("first.txt", await FirstAsync("--config", config, "--rerank", "none"));
    }

    [Fact]
    public async Task Evaluate_WithAndWithout_AreCompared()
    {
        var questions = _home.Write("q.jsonl", string.Concat(Enumerable.Repeat("""{"query":"parcel","relevant":[{"source":"second.txt"}]}""" + "\n", 5)));

        var result = (await _home.CallAsync("eval", "retrieval", "--collection", "letters", "--queries", questions, "--config", Configure(_model.Directory), "--rerank", "onnx", "--compare", "rerank=none", "-o", "json")).Expect(0).Json;

        Assert.Equal("better", result.GetProperty("comparison").Text("verdict"));
        Assert.StartsWith("cross-encoder 'onnx/", result.Text("reranker"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("baseline").GetProperty("reranker").ValueKind);
    }

    [Fact]
    public async Task Search_NoModelOrAWrongPath_NamesTheSettingAndTheCure()
    {
        (await SearchAsync("--rerank", "onnx")).ExpectFailure(2, "There is no cross-encoder. Set KernelHost:Retrieval:CrossEncoder:Model");
        (await SearchAsync("--config", Configure("/nowhere/model.onnx"))).ExpectFailure(2, "KernelHost:Retrieval:CrossEncoder:Model is '/nowhere/model.onnx', which does not exist.");
        File.Delete(_model.VocabularyFile);
        (await SearchAsync("--config", Configure(_model.Directory), "--rerank", "onnx")).ExpectFailure(1, "set KernelHost:Retrieval:CrossEncoder:Vocabulary");
    }

    [Fact]
    public async Task Doctor_ACrossEncoder_IsTried()
    {
        Assert.Contains("judges passages", (await _home.CallAsync("doctor", "--config", Configure(_model.Directory))).Out, StringComparison.Ordinal);
        File.WriteAllText(_model.ModelFile, "this is no model");
        Assert.Contains("cannot be loaded", (await _home.CallAsync("doctor", "--config", Configure(_model.Directory))).Expect(1).Out, StringComparison.Ordinal);
    }

    private async Task<string> FirstAsync(params string[] arguments) => (await SearchAsync([.. arguments, "-o", "json"])).Expect(0).Json.Items("passages").First().Text("source")!;

    private Task<CliResult> SearchAsync(params string[] arguments) => _home.CallAsync(["search", "letters", "parcel", .. arguments]);

    private string Configure(string model, string rerank = "none") => _home.Write("rerank.json", JsonSerializer.Serialize(new
    {
        KernelHost = new { Retrieval = new { Rerank = rerank, CrossEncoder = new { Model = model } } },
    }));
}
