using KernelHost.Cli.Tests.Support;
using KernelHost.Qdrant.Tests.Peer;

namespace KernelHost.Cli.Tests;

/// <summary>The command with its memory in a Qdrant server, by configuration alone.</summary>
public sealed class QdrantTests : IAsyncLifetime
{
    private const string Key = "s3cret-key";
    private const string Fact = "Ann likes jasmine tea and her doctor is Dr. Xylophone";

    private readonly TestHome _home = new();
    private QdrantPeer? _peer;

    public async ValueTask InitializeAsync()
    {
        _peer = await QdrantPeer.StartAsync(new PeerOptions { ApiKey = Key });
        _home.Write("docs/leave.md", "# Leave\n\n## Parental leave\n\nParental leave lasts sixteen weeks and is paid in full.");
        _home.Write("docs/fees.csv", "Country,Fee\nNorway,5 EUR\nChile,9 EUR\n");
        Configure(_peer.Endpoint.ToString(), Key);
    }

    public async ValueTask DisposeAsync()
    {
        await _peer!.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task Documents_AreIngestedSearchedAndCountedOnTheServer()
    {
        var docs = Path.Combine(_home.Work, "docs");
        Assert.Equal(3, (await CallAsync("ingest", docs, "--collection", "handbook", "-o", "json")).Expect(0).Json.GetProperty("embeddedChunks").GetInt32());
        Assert.Equal(0, (await CallAsync("ingest", docs, "--collection", "handbook", "-o", "json")).Expect(0).Json.GetProperty("embeddedChunks").GetInt32());

        var found = (await CallAsync("search", "handbook", "parental leave", "--explain", "-o", "json")).Expect(0).Json.Items("passages").First();
        Assert.Equal(("leave.md", "untrusted"), (found.Text("source"), found.Text("integrity")));
        var stats = (await CallAsync("memory", "stats", "-o", "json")).Expect(0).Json;
        Assert.Equal($"the Qdrant server at {_peer!.Endpoint.GetLeftPart(UriPartial.Authority)}", stats.Text("store"));
        Assert.Equal((2, 3), (stats.Items("collections").Single().GetProperty("documents").GetInt32(), stats.Items("collections").Single().GetProperty("chunks").GetInt32()));
        Assert.Contains("is of model", (await CallAsync("memory", "reembed", "handbook")).Expect(0).Out, StringComparison.Ordinal);
        var doctor = (await CallAsync("doctor")).Expect(0).Out;
        Assert.Contains("Kept in the Qdrant server", doctor, StringComparison.Ordinal);
        Assert.Contains("'memory/handbook' can be searched", doctor, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_home.Data, "memory.db")));
        Assert.NotEmpty(PointsWith("sixteen weeks"));
    }

    [Fact]
    public async Task Memories_AreSavedListedAndForgottenOnTheServer()
    {
        _home.Write("agents/assistant.yaml", "name: assistant\ninstructions: Remember what people tell you.\nmemory: [user]\npolicy: ../policy.yaml\n");
        _home.Write("policy.yaml", "version: 1\nrules:\n  - id: memory\n    decision: allow\n    tools: [host/save_memory]\n");
        (await CallAsync("run", "assistant", $"Save the memory with the text '{Fact}'", "--agents", Path.Combine(_home.Work, "agents"))).Expect(0);
        var memory = Assert.Single((await CallAsync("memory", "list", "-o", "json")).Expect(0).Json.Items("memories"));
        Assert.Equal(Fact, memory.Text("text"));
        Assert.Single(PointsWith("Xylophone"));

        var output = (await CallAsync("memory", "forget", memory.Text("id"), "--yes")).Expect(0).Out;

        Assert.Contains("Searched memory by words and by vectors: not found.", output, StringComparison.Ordinal);
        Assert.Contains("The files of the Qdrant server", output, StringComparison.Ordinal);
        Assert.Empty(PointsWith("Xylophone"));
        Assert.Empty((await CallAsync("memory", "list", "-o", "json")).Expect(0).Json.Items("memories"));
    }

    public static TheoryData<string> Commands => ["memory stats", "memory list", "memory reembed", "search handbook leave", "ingest docs --collection handbook"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_WithTheWrongKey_SaysSoAndTellsNoKey(string command)
    {
        Configure(_peer!.Endpoint.ToString(), "wr0ng-key");
        await FailsAsync(1, $"{_peer.Endpoint} does not know the key", "wr0ng-key", command.Split(' '));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_WithoutTheServer_SaysSoAndTellsNoKey(string command)
    {
        var endpoint = _peer!.Endpoint.ToString();
        await _peer.DisposeAsync();
        await FailsAsync(1, $"{endpoint} cannot be reached", Key, command.Split(' '));
    }

    [Theory]
    [InlineData("normal", true)]
    [InlineData("quiet", false)]
    public async Task Run_WithoutTheServer_TellsTheOperatorWhyAndTheModelOnlyThatItFailed(string verbosity, bool told)
    {
        _home.Write("agents/assistant.yaml", "name: assistant\ninstructions: Remember what people tell you.\nmemory: [user]\n");
        var endpoint = _peer!.Endpoint.ToString();
        await _peer.DisposeAsync();

        var ran = (await CallAsync("run", "assistant", "Search memory for 'jasmine tea'", "--agents", Path.Combine(_home.Work, "agents"), "--verbosity", verbosity, "-o", "json")).Expect(0);

        var call = Assert.Single(ran.Json.Items("toolCalls"));
        Assert.Equal("Error: An error occurred invoking 'host-recall_memory'.", call.Text("error"));
        Assert.Contains($"{endpoint} cannot be reached", call.Text("cause"), StringComparison.Ordinal);
        Assert.Equal(told, ran.Error.Contains($"{endpoint} cannot be reached", StringComparison.Ordinal));
        Assert.DoesNotContain(endpoint, ran.Json.Text("answer"), StringComparison.Ordinal);
        var shown = (await CallAsync("runs", "show", ran.Json.Text("runId"))).Expect(0).Out;
        Assert.Contains($"{endpoint} cannot be reached", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, ran.Out + ran.Error + shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_WithAWrongSetting_SaysSoAndTellsNoKey()
    {
        Configure("no-address", Key);
        await FailsAsync(2, "KernelHost:Memory:Qdrant:Endpoint is no address", Key, "memory", "stats");
        _home.Write("config.json", $$"""{ "KernelHost": { "Memory": { "Store": "qdrant", "Qdrant": { "ApiKy": "{{Key}}" } } } }""");
        await FailsAsync(2, "KernelHost:Memory:Qdrant:ApiKy is no setting of the store 'qdrant'", Key, "memory", "stats");
        _home.Write("config.json", $$"""{ "KernelHost": { "Memory": { "Qdrant": { "ApiKey": "{{Key}}" } } } }""");
        await FailsAsync(2, "Set KernelHost:Memory:Store to 'qdrant'", Key, "memory", "stats");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Doctor_WithoutTheServer_SaysSoOnce(bool hasPlugins)
    {
        var endpoint = _peer!.Endpoint.ToString();
        await _peer.DisposeAsync();
        string[] plugins = hasPlugins ? ["--plugins", CliPaths.Plugins] : [];

        var doctor = (await TestHome.CallPlainAsync(["doctor", "--data", _home.Data, "--config", Path.Combine(_home.Work, "config.json"), .. plugins])).Expect(1);

        Assert.Equal(2, doctor.Out.Split($"{endpoint} cannot be reached").Length);
        Assert.DoesNotContain(Key, doctor.Out + doctor.Error, StringComparison.Ordinal);
    }

    private async Task FailsAsync(int exitCode, string message, string key, params string[] arguments)
    {
        arguments = [.. arguments.Select(argument => argument == "docs" ? Path.Combine(_home.Work, "docs") : argument), "--verbosity", "diagnostic"];
        var result = (await CallAsync([.. arguments, "-o", "json"])).Expect(exitCode);

        var error = result.Json.GetProperty("error");
        Assert.Contains(message, error.Text("message"), StringComparison.Ordinal);
        Assert.Equal(exitCode, error.GetProperty("exitCode").GetInt32());
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, result.Out + result.Error, StringComparison.Ordinal);
    }

    private Task<CliResult> CallAsync(params string[] arguments) => _home.CallAsync([.. arguments, "--config", Path.Combine(_home.Work, "config.json")]);

    private void Configure(string endpoint, string key) => _home.Write(
        "config.json", $$"""{ "KernelHost": { "Memory": { "Store": "qdrant", "Qdrant": { "Endpoint": "{{endpoint}}", "ApiKey": "{{key}}", "Retries": 0 } } } }""");

    private List<string> PointsWith(string text) => [.. _peer!.State.Collections.Values.SelectMany(static collection => collection.Points.Values)
        .Select(static point => string.Join('\n', point.Payload.Values.Select(static value => value.ToString()))).Where(payload => payload.Contains(text, StringComparison.Ordinal))];
}
