using KernelHost.Catalog;
using KernelHost.Models;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Runs.Routing;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;
using Kernel = Microsoft.SemanticKernel.Kernel;

namespace KernelHost.Tests.Runs.Compaction;

public sealed class CompactionTests : IDisposable
{
    private const int Window = 2000;
    private const int Rounds = 12;
    private readonly MemoryJournal _journal = new();
    private readonly Looker _model = new(Rounds);
    private readonly ScriptedChatClient _summaries = new(Says("They looked at things; thing 1 is blue."));

    public void Dispose()
    {
        _model.Dispose();
        _summaries.Dispose();
    }

    [Fact]
    public async Task Start_ConversationOutgrowsTheWindow_IsCompactedAgainAndAgainAndStaysWhole()
    {
        var (result, events) = await RunAsync();

        Assert.Equal((RunStatus.Completed, "done"), (result.Status, result.Answer));
        var compactions = events.OfType<HistoryCompacted>().ToList();
        Assert.True(compactions.Count >= 2, $"{compactions.Count} compactions");
        Assert.All(compactions, compaction => Assert.Equal((CompactionCause.Threshold, "scripted", Integrity.Untrusted), (compaction.Cause, compaction.Model, compaction.Integrity)));
        Assert.All(compactions, compaction => Assert.Contains("thing 1 is blue", compaction.Summary, StringComparison.Ordinal));
        Assert.All(_model.Requests, AssertWhole);

        // What the summaries used counts as use of the run.
        Assert.Equal(events.OfType<ModelReplied>().Sum(reply => reply.InputTokens) + (compactions.Count * 10), result.Usage.InputTokens);
        await AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Start_NoModelForSummaries_TheHostCutsByItsRule()
    {
        var (result, events) = await RunAsync(offline: true);

        Assert.Equal("done", result.Answer);
        Assert.All(events.OfType<HistoryCompacted>(), compaction => Assert.Null(compaction.Model));
        Assert.NotEmpty(events.OfType<HistoryCompacted>());
        Assert.Empty(_summaries.Requests);
        Assert.All(_model.Requests, AssertWhole);
        await AssertReplaysAsync(result.RunId, offline: true);
    }

    [Fact]
    public async Task Start_SummariesFail_TheHostCutsByItsRule()
    {
        using FailingChatClient failing = new(ModelFailureReason.Unavailable, _summaries);

        var (result, events) = await RunAsync(failing);

        Assert.Equal("done", result.Answer);
        Assert.All(events.OfType<HistoryCompacted>(), compaction => Assert.Null(compaction.Model));
        await AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Start_ProviderRefusesTheLength_CompactsOnceAndGoesOn()
    {
        using FailingChatClient model = new(ModelFailureReason.ContextLength, _model) { When = static messages => messages.Sum(message => message.Contents.Count) > 16 };
        var (result, events) = await RunAsync(model: model, window: null, text: 2000);

        Assert.Equal((RunStatus.Completed, "done"), (result.Status, result.Answer));
        Assert.NotEmpty(events.OfType<HistoryCompacted>());
        Assert.All(events.OfType<HistoryCompacted>(), compaction => Assert.Equal(CompactionCause.ContextLength, compaction.Cause));
        await AssertReplaysAsync(result.RunId, window: null, text: 2000);
    }

    [Fact]
    public async Task Start_OneResultLargerThanTheWindow_IsNotSummarisedAgainAtEveryStep()
    {
        var (result, events) = await RunAsync(text: 20_000);

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.All(_model.Requests, AssertWhole);
        Assert.True(events.OfType<HistoryCompacted>().Count() <= Rounds);
    }

    [Fact]
    public async Task Start_NextRunOfACompactedSessionInAnotherProcess_SeesTheSameConversation()
    {
        var (first, _) = await RunAsync();
        var last = _model.Requests[^1];
        using Looker next = new(0);

        await Host(next, _summaries, Window, 300, offline: false).Engine.StartAsync(
            new RunRequest("a", "and now?", "alice") { SessionId = first.SessionId }, observer: null, TestContext.Current.CancellationToken);

        Assert.Equal(
            last.Select(Words).Append("assistant: done").Append("user: and now?"),
            next.Requests[0].Select(Words));
        await AssertReplaysAsync(first.RunId);
    }

    [Fact]
    public async Task Run_CrashBeforeAnyEvent_EndsWithAWholeConversation()
    {
        for (var crash = 0; crash < 60; crash += 3)
        {
            MemoryJournal disk = new();
            try
            {
                using Looker first = new(Rounds);
                await Host(first, _summaries, Window, 300, offline: false, new CrashingJournal(disk, crash)).Engine.StartAsync(new RunRequest("a", "look at all", "alice"), null, TestContext.Current.CancellationToken);
            }
            catch (ProcessCrash)
            {
            }

            if ((await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken)).SingleOrDefault() is { } run)
            {
                using Looker next = new(Rounds, from: 100);
                var host = Host(next, _summaries, Window, 300, offline: false, disk);
                var result = await host.Engine.ResumeAsync(run.RunId, null, TestContext.Current.CancellationToken);
                Assert.Equal((RunStatus.Completed, "done"), (result.Status, result.Answer));
                Assert.All(next.Requests, AssertWhole);
                var report = await new RunReplay(host, disk).ReplayAsync(run.RunId, TestContext.Current.CancellationToken);
                Assert.True(report.IsEqual, $"crash at {crash}: {string.Join("\n", report.Differences)}");
            }
        }
    }

    private static string Words(ChatMessage message) => $"{message.Role}: {message.Text}";

    // Instructions first, the request somewhere, every call followed by its result.
    private static void AssertWhole(IReadOnlyList<ChatMessage> messages)
    {
        Assert.Equal(ChatRole.System, messages[0].Role);
        Assert.Single(messages, message => message.Role == ChatRole.User && message.Text == "look at all");
        for (var i = 0; i < messages.Count; i++)
        {
            var calls = messages[i].Contents.OfType<FunctionCallContent>().Select(call => call.CallId).ToList();
            var results = i + 1 < messages.Count ? messages[i + 1].Contents.OfType<FunctionResultContent>().Select(result => result.CallId) : [];
            Assert.Equal(calls, results);
            Assert.True(messages[i].Role != ChatRole.Tool || messages[i - 1].Role == ChatRole.Assistant);
        }
    }

    private async Task<(RunResult, IReadOnlyList<RunEvent>)> RunAsync(IChatClient? summaries = null, IChatClient? model = null, int? window = Window, int text = 300, bool offline = false)
    {
        var result = await Host(model ?? _model, summaries ?? _summaries, window, text, offline).Engine.StartAsync(new RunRequest("a", "look at all", "alice"), null, TestContext.Current.CancellationToken);
        return (result, await _journal.ReadAsync(result.SessionId, 0, TestContext.Current.CancellationToken));
    }

    private async Task AssertReplaysAsync(string runId, int? window = Window, int text = 300, bool offline = false)
    {
        var report = await new RunReplay(Host(_model, _summaries, window, text, offline), _journal).ReplayAsync(runId, TestContext.Current.CancellationToken);
        Assert.True(report.IsEqual, string.Join("\n", report.Differences.Select(difference => difference.ToString()).Concat(report.Notes)));
    }

    private Binder Host(IChatClient model, IChatClient summaries, int? window, int text, bool offline, JournalStore? journal = null)
    {
        Tool[] tools = [TestTools.Create("look", ToolEffect.Read, (int id) => $"thing {id}: {new string('é', text)}🎉")];
        return new Binder(journal ?? _journal, () => new BoundAgent("a", model, new Kernel(), tools, PolicyDocument.Default.Bind(tools))
        {
            Instructions = "You are a test.",
            ContextTokens = window,
            Limits = new() { Tokens = 1_000_000, Steps = 100 },
            Summaries = new BoundModel("small", summaries) { Provider = offline ? ModelProviders.Offline : "test" },
        });
    }

    /// <summary>Looks at one thing after another; counts by what it has been told, not by what it still sees.</summary>
    private sealed class Looker(int rounds, int from = 0) : IChatClient
    {
        private int _round = -1;

        public List<IReadOnlyList<ChatMessage>> Requests { get; } = [];

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Requests.Add([.. messages]);
            _round++;
            ChatMessage reply = _round < rounds
                ? new(ChatRole.Assistant, [new FunctionCallContent($"c{Guid.NewGuid():N}", "test-look", new Dictionary<string, object?> { ["id"] = from + _round })])
                : new(ChatRole.Assistant, "done");
            return Task.FromResult(new ChatResponse(reply) { ModelId = "looker", Usage = null });
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class Binder(JournalStore journal, Func<BoundAgent> bind) : AgentBinder
    {
        public RunEngine Engine => field ??= new RunEngine(this, journal, NullLoggerFactory.Instance);

        public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken) => new(bind());
    }
}
