using System.Text;
using KernelHost.Catalog;
using KernelHost.Hosting;
using KernelHost.Loading;
using KernelHost.Memory;
using KernelHost.Memory.Retrieval;
using KernelHost.Models;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Loading;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SemanticKernel;

namespace KernelHost.Tests.Hosting;

/// <summary>Retrievers in a host: a real plugin, the real memory, and the principal of a call between them.</summary>
public sealed class HostedRetrieverTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly PluginFolder _folder = new();
    private readonly TemporaryDirectory _documents = new();
    private readonly List<AgentHost> _hosts = [];

    [Fact]
    public async Task Documents_ReadersAndTenant_DecideWhatThePrincipalFinds()
    {
        var host = Host();
        _documents.Write("open/a.txt", "The holiday rule for everybody.");
        _documents.Write("closed/b.txt", "The holiday rule for staff.");
        await host.Memory.IngestAsync(new IngestRequest("handbook", Path.Combine(_documents.Path, "open"), "*"), cancellationToken: Cancellation);
        await host.Memory.IngestAsync(new IngestRequest("secrets", Path.Combine(_documents.Path, "closed"), "*") { Readers = ["staff"] }, cancellationToken: Cancellation);
        await host.Memory.IngestAsync(new IngestRequest("shared", Path.Combine(_documents.Path, "open"), "*") { Tenant = "acme" }, cancellationToken: Cancellation);

        Assert.Single((await FindAsync(host, "memory/handbook", "bob")).Passages);
        Assert.Single((await FindAsync(host, "memory/secrets", "alice")).Passages);
        Assert.Empty((await FindAsync(host, "memory/secrets", "bob")).Passages);
        Assert.Single((await FindAsync(host, "memory/shared", "alice")).Passages);
        Assert.Contains("share", (await Assert.ThrowsAsync<MemoryException>(() => FindAsync(host, "memory/shared", "bob"))).Message, StringComparison.Ordinal);
        Assert.Single((await FindAsync(host, "memory/shared", "bob", tenant: "acme")).Passages);
        Assert.Empty((await FindAsync(host, "memory/shared", "alice", tenant: "umbra")).Passages);
        Assert.Contains("group", (await Assert.ThrowsAsync<ConfigurationException>(() => FindAsync(host, "memory/secrets", "staff"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ToolOfAPluginsRetriever_IsToldWhoAsksAndNotTheModel()
    {
        var host = Host();

        Assert.Equal("alice, acme, staff sales", Assert.Single(await CallAsync(host, "who", "alice")).Text);
        Assert.Equal("bob, , ", Assert.Single(await CallAsync(host, "who", "bob")).Text);
    }

    [Fact]
    public async Task Run_WhatAPluginsRetrieverSaysOfItsText_HidesAndNeverTrusts()
    {
        var host = Host();

        Assert.Equal(["all.md", "staff.md"], (await CallAsync(host, "labels", "alice")).Select(static passage => passage.Source));
        var seen = await CallAsync(host, "labels", "bob");
        Assert.Equal("all.md", Assert.Single(seen).Source);
        Assert.Equal(Integrity.Untrusted, seen[0].Integrity);
        // That there is something one may not see is not for one to know.
        Assert.Null(seen.Partial);
    }

    [Fact]
    public async Task Run_MemoryOfAPluginsRetriever_IsThePrincipalsAndTheGrantedOneOnly()
    {
        var host = Host(("KernelHost:Retrieval:Retrievers:complete/manuals:Collections:0", "secrets"));
        _documents.Write("closed/b.txt", "The holiday rule for staff.");
        await host.Memory.IngestAsync(new IngestRequest("secrets", Path.Combine(_documents.Path, "closed"), "*") { Readers = ["staff"] }, cancellationToken: Cancellation);
        await host.Memory.IngestAsync(new IngestRequest("others", Path.Combine(_documents.Path, "closed"), "*"), cancellationToken: Cancellation);

        Assert.Single(await CallAsync(host, "in secrets holiday", "alice"));
        Assert.Empty(await CallAsync(host, "in secrets holiday", "bob"));
        Assert.Contains("may not search the collection 'others'", (await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(host, "in others holiday", "alice"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MemoryThatAPluginKept_EndsWithItsQuery()
    {
        var host = Host(("KernelHost:Retrieval:Retrievers:complete/manuals:Collections:0", "secrets"));
        _documents.Write("closed/b.txt", "The holiday rule for staff.");
        await host.Memory.IngestAsync(new IngestRequest("secrets", Path.Combine(_documents.Path, "closed"), "*") { Readers = ["staff"] }, cancellationToken: Cancellation);

        await CallAsync(host, "keep", "alice");

        await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(host, "kept secrets holiday", "bob"));
        await Assert.ThrowsAnyAsync<Exception>(() => CallAsync(host, "kept secrets holiday", "alice"));
    }

    [Fact]
    public async Task Run_MoreThanTheBounds_IsCutOffAndNoted()
    {
        var host = Host(("KernelHost:Retrieval:MaxPassageBytes", "1001"), ("KernelHost:Retrieval:MaxBytes", "2600"));

        var found = await CallAsync(host, "much", "alice", top: 20);

        Assert.Equal([1000, 1000, 600], found.Select(static passage => Encoding.UTF8.GetByteCount(passage.Text)));
        Assert.Contains("the text of 3 passages is", found.Partial!.Replace("are", "is", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("17 more passages were found and left out", found.Partial, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutAPrincipal_NothingIsSearched()
    {
        var host = Host();
        var tool = await ToolAsync(host);

        await Assert.ThrowsAnyAsync<InvalidOperationException>(async () => await tool.Function.InvokeAsync(new Kernel(), new KernelArguments { ["query"] = "who" }, Cancellation));
    }

    [Fact]
    public async Task Run_SettingsOfARetriever_BoundItsTimeAndLetItUseTheModel()
    {
        var tool = await ToolAsync(Host(("KernelHost:Retrieval:Timeout", "10s"), ("KernelHost:Retrieval:Retrievers:complete/manuals:Timeout", "3s"), ("KernelHost:Retrieval:Retrievers:complete/manuals:Rerank", "model")));

        Assert.Equal((TimeSpan.FromSeconds(3), true), (tool.Timeout, tool.UsesModel));
        Assert.False((await ToolAsync(Host())).UsesModel);
    }

    [Fact]
    public async Task Run_Rerank_AsksTheModelOfTheAgentWithinTheRun()
    {
        var tool = await ToolAsync(Host(("KernelHost:Retrieval:Rerank", "model")));
        var search = ScriptedChatClient.Calls((tool.ModelName, new { query = "stock" }));
        var judge = ScriptedChatClient.Says("""{"scores":[1,9]}""");
        // The judge is asked in a conversation of its own.
        var run = new RunHost(
            new MemoryJournal(),
            new ScriptedChatClient(seen => seen[^1].Text.Contains("\"passages\"", StringComparison.Ordinal) ? judge(seen) : search(seen), ScriptedChatClient.Says("Done.")),
            tool);

        var result = await run.StartAsync("search");

        var completed = (await run.EventsAsync(result.SessionId)).OfType<CallCompleted>().Single();
        Assert.Equal(["other.md", "manual.md"], completed.Passages.Select(static passage => passage.Source));
        Assert.Equal(1, completed.Usage!.ModelCalls);
    }

    [Fact]
    public async Task Run_RerankByACrossEncoder_LoadsItOnceAndAsksNoModel()
    {
        var loaded = 0;
        var encoder = new Judge(static passage => passage.Source == "other.md" ? 9 : -1);
        var host = Host(CrossEncoder, options =>
        {
            loaded++;
            Assert.Equal(_folder.Data, options.Model);
            return encoder;
        });

        Assert.False((await ToolAsync(host)).UsesModel);
        Assert.Equal(0, loaded);
        Assert.Equal(["other.md", "manual.md"], (await CallAsync(host, "stock", "bob")).Select(static passage => passage.Source));
        Assert.Equal(["other.md", "manual.md"], (await CallAsync(host, "stock", "bob")).Select(static passage => passage.Source));
        Assert.Equal(1, loaded);
        await host.DisposeAsync();
        Assert.True(encoder.IsDisposed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_ACrossEncoderThatCannotBeLoaded_LeavesTheOrder(bool hasRuntime)
    {
        var host = Host(CrossEncoder, hasRuntime ? static _ => throw new ModelException(ModelErrorKind.Permanent, "onnx", "m", "It is broken.") : null);

        Assert.Equal(["manual.md", "other.md"], (await CallAsync(host, "stock", "bob")).Select(static passage => passage.Source));
        Assert.ThrowsAny<Exception>(() => host.CrossEncoder);
    }

    [Fact]
    public async Task Search_OfAPluginThatTheMemoryCannotServe_LeavesWithTheReasonForTheOperator()
    {
        var host = Host(("KernelHost:Retrieval:Retrievers:complete/manuals:Collections:0", "shared"));
        _documents.Write("a.txt", "The holiday rule for everybody.");
        await host.Memory.IngestAsync(new IngestRequest("shared", _documents.Path, "*") { Tenant = "acme" }, cancellationToken: Cancellation);

        var failure = await Assert.ThrowsAsync<ToolException>(() => CallAsync(host, "in shared holiday", "bob"));

        Assert.Equal("The collection 'shared' cannot be searched.", failure.Message);
        Assert.Contains("share", Assert.IsType<MemoryException>(failure.InnerException).Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        _documents.Dispose();
        _folder.Dispose();
    }

    private (string Key, string Value)[] CrossEncoder => [("KernelHost:Retrieval:Rerank", "onnx"), ("KernelHost:Retrieval:CrossEncoder:Model", Directory.CreateDirectory(_folder.Data).FullName)];

    private AgentHost Host(params (string Key, string Value)[] settings) => Host(settings, crossEncoder: null);

    private AgentHost Host((string Key, string Value)[] settings, Func<CrossEncoderOptions, Reranker>? crossEncoder)
    {
        if (!Directory.Exists(_folder.Plugins))
        {
            _folder.Install("Complete");
        }

        var host = AgentHost.Create(
            new ConfigurationBuilder()
                .AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["KernelHost:DataDirectory"] = _folder.Data,
                    ["KernelHost:PluginDirectories:0"] = _folder.Plugins,
                    ["KernelHost:Principals:alice:Tenant"] = "acme",
                    ["KernelHost:Principals:alice:Groups:0"] = "staff",
                    ["KernelHost:Principals:alice:Groups:1"] = "sales",
                })
                .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)))
                .Build(),
            _folder.Data,
            NullLoggerFactory.Instance,
            parts: new HostParts { OnnxCrossEncoder = crossEncoder });
        _hosts.Add(host);
        return host;
    }

    private static async Task<SearchAnswer> FindAsync(AgentHost host, string collection, string principal, string? tenant = null) =>
        await host.SearchAsync(new SearchRequest(collection, "holiday") { Principal = principal, Tenant = tenant }, progress: null, Cancellation);

    private static async Task<Tool> ToolAsync(AgentHost host) => (await host.GetRetrieversAsync(Cancellation)).Tools.Single(static tool => tool.QualifiedName == "complete/manuals");

    private static async Task<RetrievedPassages> CallAsync(AgentHost host, string query, string principal, int top = 5)
    {
        var arguments = new KernelArguments
        {
            ["query"] = query,
            ["top"] = top,
            [ToolInvocation.ContextKey] = new ToolContext { SessionId = "s", RunId = "r", CallId = "1.1", Principal = principal },
        };
        return Assert.IsType<RetrievedPassages>((await (await ToolAsync(host)).Function.InvokeAsync(new Kernel(), arguments, Cancellation)).GetValue<object>());
    }

    private sealed class Judge(Func<Passage, double> score) : Reranker, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public override string Name => "the judge";

        public override Task<IReadOnlyList<double>> ScoreAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<double>>([.. passages.Select(score)]);

        public void Dispose() => IsDisposed = true;
    }
}
