using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests;

public sealed class MemoryTests : IDisposable
{
    private const string Fact = "Ann likes jasmine tea and her doctor is Dr. Xylophone";
    private readonly TestHome _home = new();
    private readonly string _agents;

    public MemoryTests()
    {
        _home.Write("agents/assistant.yaml", "name: assistant\ninstructions: Remember what people tell you.\nmemory: [user, session]\npolicy: ../policy.yaml\n");
        _home.Write("policy.yaml", "version: 1\nrules:\n  - id: memory\n    decision: allow\n    tools: [host/save_memory, host/forget_memory]\n");
        _agents = Path.Combine(_home.Work, "agents");
    }

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Memory_SavedInOneConversation_IsRecalledByItsOwnerInAnother()
    {
        await SaveAsync("ann");

        var own = (await AskAsync("ann", "Search memory for 'jasmine tea'")).Json;
        var others = (await AskAsync("bob", "Search memory for 'jasmine tea'")).Json;

        Assert.Contains("Xylophone", own.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Xylophone", others.GetRawText(), StringComparison.Ordinal);
        var listed = Assert.Single((await _home.CallAsync("memory", "list", "-o", "json")).Expect(0).Json.Items("memories"));
        Assert.Equal(("user", "ann", Fact, "trusted", "assistant"), (listed.Text("scope"), listed.Text("owner"), listed.Text("text"), listed.Text("integrity"), listed.Text("agent")));
        Assert.Contains("user 1", (await _home.CallAsync("memory", "stats")).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forget_TakesTheMemoryOutOfEveryFile_AndSaysSo()
    {
        await SaveAsync("ann");
        await AskAsync("ann", "Search memory for 'jasmine tea'");
        Assert.NotEmpty(FilesWith("Xylophone"));
        var id = (await _home.CallAsync("memory", "list", "-o", "json")).Json.Items("memories").Single().Text("id");
        (await _home.CallAsync("memory", "forget", id)).ExpectFailure(2, "no terminal to ask at");
        Assert.Single((await _home.CallAsync("memory", "forget", id, "--dry-run", "-o", "json")).Expect(0).Json.Items("memories"));

        var report = (await _home.CallAsync("memory", "forget", id, "--yes", "-o", "json")).Expect(0).Json;

        Assert.True(report.GetProperty("complete").GetBoolean());
        Assert.Equal((true, true, true), (report.GetProperty("unfindable").GetBoolean(), report.GetProperty("goneFromFile").GetBoolean(), report.GetProperty("journal").GetProperty("gone").GetBoolean()));
        Assert.Empty(FilesWith("Xylophone"));
        Assert.True((await _home.CallAsync("journal", "verify", "-o", "json")).Expect(0).Json.GetProperty("forgottenEvents").GetInt32() > 2);
        (await _home.CallAsync("memory", "forget", id, "--yes")).ExpectFailure(2, $"There is no memory '{id}' here");
    }

    [Fact]
    public async Task Forget_ByTheAgent_IsGoneFromMemory_AndItsTextFromTheJournalOnOrder()
    {
        await SaveAsync("ann");
        var id = (await _home.CallAsync("memory", "list", "-o", "json")).Json.Items("memories").Single().Text("id");

        await AskAsync("ann", $"Forget the memory with the id {id}");

        Assert.Empty((await _home.CallAsync("memory", "list", "-o", "json")).Expect(0).Json.Items("memories"));
        (await _home.CallAsync("memory", "forget", "--text", Fact, "--yes")).Expect(0);
        Assert.DoesNotContain(FilesWith("Xylophone"), file => Path.GetFileName(file).StartsWith("journal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Memory_WhereNothingIsRemembered_IsADocumentAllTheSame()
    {
        Assert.Equal(0, (await _home.CallAsync("memory", "stats", "-o", "json")).Expect(0).Json.GetProperty("memories").GetProperty("user").GetInt32());

        var report = (await _home.CallAsync("memory", "forget", "--owner", "nobody", "-o", "json")).Expect(0).Json;

        Assert.Empty(report.Items("memories"));
        Assert.True(report.GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task Collections_OfMemories_AreNoneOfDocuments()
    {
        await SaveAsync("ann");
        Assert.DoesNotContain("agent-memory", (await _home.CallAsync("doctor", "--agents", _agents)).Expect(0).Out, StringComparison.Ordinal);

        // Documents of a name that sounds like it take nothing from them.
        _home.Write("docs/tea.md", "# Tea\n\nWe serve tea at four.");
        (await _home.CallAsync("ingest", Path.Combine(_home.Work, "docs"), "--collection", "agent-memory")).Expect(0);

        Assert.Single((await _home.CallAsync("memory", "list", "-o", "json")).Expect(0).Json.Items("memories"));
        Assert.Contains("'memory/agent-memory' can be searched", (await _home.CallAsync("doctor", "--agents", _agents)).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AgentShow_TellsForWhomItRemembers()
    {
        Assert.Contains("user, session", (await _home.CallAsync("agent", "show", "assistant", "--agents", _agents)).Expect(0).Out, StringComparison.Ordinal);
        Assert.Equal(2, (await _home.CallAsync("agent", "show", "assistant", "-o", "json", "--agents", _agents)).Expect(0).Json.Items("memory").Count());
    }

    [Theory]
    [InlineData("too short to be forgotten", "memory", "forget", "--text", "at", "--yes")]
    [InlineData("Nothing says what to forget", "memory", "forget", "--yes")]
    [InlineData("'galaxy' is no scope", "memory", "list", "--scope", "galaxy")]
    [InlineData("'0' is no value of --top", "memory", "list", "--top", "0")]
    [InlineData("'run_1' is not the id of a memory", "memory", "forget", "run_1", "--yes")]
    [InlineData("There is no collection of documents 'nowhere'", "memory", "reembed", "nowhere")]
    public async Task Memory_AskedWrongly_SaysWhatIsWrong(string message, params string[] arguments)
    {
        var result = await _home.CallAsync(arguments);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AgentFile_UnknownScope_IsNamedWithItsPlace()
    {
        var file = _home.Write("bad.yaml", "name: bad\ninstructions: x\nmemory: [usr]\n");
        var error = (await _home.CallAsync("agent", "validate", file)).Expect(1).Out;
        Assert.Contains("bad.yaml:3:10", error, StringComparison.Ordinal);
        Assert.Contains("'usr' is nobody an agent can remember for. Use user, session, agent, tenant. Did you mean 'user'?", error, StringComparison.Ordinal);
    }

    private Task<CliResult> SaveAsync(string principal) => AskAsync(principal, $"Save the memory with the text '{Fact}'");

    private async Task<CliResult> AskAsync(string principal, string request)
    {
        var config = _home.Write($"{principal}.json", $$"""{ "KernelHost": { "Principal": "{{principal}}" } }""");
        return (await _home.CallAsync("run", "assistant", request, "-o", "json", "--agents", _agents, "--config", config)).Expect(0);
    }

    private List<string> FilesWith(string text) => [.. Directory.EnumerateFiles(_home.Data, "*", SearchOption.AllDirectories)
        .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0)];
}
