using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Models;
using KernelHost.Policy;
using KernelHost.Policy.Budgets;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Runs.Routing;
using KernelHost.Runs.Stops;
using KernelHost.Tests.Runs.Budgets;
using KernelHost.Tests.Runs.Support;
using KernelHost.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Kernel = Microsoft.SemanticKernel.Kernel;

namespace KernelHost.Tests.Runs.Compaction;

/// <summary>The model call that summarises a conversation is governed like every other.</summary>
public sealed class SummarySpendingTests : IAsyncDisposable
{
    private const int Rounds = 12;
    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryJournal _journal = new();
    private readonly List<SharedBudgets> _open = [];

    public async ValueTask DisposeAsync()
    {
        _open.ForEach(budgets => budgets.Dispose());
        _directory.Dispose();
        await _journal.DisposeAsync();
    }

    [Fact]
    public async Task Summaries_DrawFromSharedBudgets_AndTheLedgerEqualsTheJournal()
    {
        var (result, events) = await RunAsync(new Summariser());

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.NotEmpty(events.OfType<HistoryCompacted>());
        Assert.All(events.OfType<HistoryCompacted>(), compaction => Assert.Equal(new ModelCharge(100, 10, 120_000), compaction.Charged));
        Assert.Equal((result.Usage.InputTokens + result.Usage.OutputTokens, 0), Row(BudgetMeasure.Tokens));
        Assert.Equal((result.Usage.CostMicros, 0), Row(BudgetMeasure.Money));
        Assert.Equal((result.Usage.ModelCalls, 0), Row(BudgetMeasure.ModelCalls));
        await AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Summary_ThatMayBeBilledAndFailed_IsChargedAsReserved()
    {
        var (result, events) = await RunAsync(new Summariser { Failure = new ModelException(ModelErrorKind.Temporary, "test", "", "broke off") { MayBeBilled = true } });

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.All(events.OfType<HistoryCompacted>(), compaction => Assert.True(compaction is { Model: null, Charged.InputTokens: > 100 }));
        Assert.Equal((result.Usage.InputTokens + result.Usage.OutputTokens, 0), Row(BudgetMeasure.Tokens));
        await AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Summary_ThatTheProviderDoesNotCount_IsChargedByTheHostsGuess()
    {
        var (_, events) = await RunAsync(new Summariser { Counts = false });

        Assert.All(events.OfType<HistoryCompacted>(), compaction => Assert.True(compaction.Charged is { InputTokens: > 100, OutputTokens: > 0 }));
    }

    [Fact]
    public async Task Summary_ThatDoesNotFitIntoTheMoney_IsLeftToTheHostsRule()
    {
        Summariser summaries = new();

        var (result, events) = await RunAsync(summaries, new AgentLimits { Money = new Money(7_000_000, "USD"), Tokens = 1_000_000, Steps = 100, RepeatedCalls = 0, StaleRounds = 0 });

        Assert.InRange(result.Usage.CostMicros, 1, 7_000_000);
        Assert.Contains(events, runEvent => runEvent is HistoryCompacted { Model: null });
        Assert.Equal(summaries.Asked, events.OfType<HistoryCompacted>().Count(compaction => compaction.Model is not null));
    }

    [Fact]
    public async Task Stop_WhileASummaryIsWritten_TheModelIsNotAskedAfterIt()
    {
        Summariser summaries = new() { OnAsked = () => Stops().Add("everything", "enough", "carol") };
        var model = new Looker();

        var result = await Host(summaries, model: model).Engine.StartAsync(new RunRequest("a", "look at all", "alice"), null, TestContext.Current.CancellationToken);

        Assert.Equal(RunStatus.Interrupted, result.Status);
        Assert.Contains("enough", result.Interruption, StringComparison.Ordinal);
        var events = await _journal.ReadAsync(result.SessionId, 0, TestContext.Current.CancellationToken);
        Assert.IsType<HistoryCompacted>(events[^2]);
        Assert.Equal((model.Asked, 1), (events.OfType<ModelReplied>().Count(), summaries.Asked));
        Assert.Null(Assert.IsType<RunInterrupted>(events[^1]).Charged);
        Assert.Equal((result.Usage.InputTokens + result.Usage.OutputTokens, 0), Row(BudgetMeasure.Tokens));
        await AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Crash_BeforeAnyEvent_LedgerEqualsTheJournalAndNothingStaysReserved()
    {
        var total = 0L;
        for (var crash = 0; ; crash++)
        {
            MemoryJournal disk = new();
            try
            {
                await Host(new Summariser(), journal: new CrashingJournal(disk, crash)).Engine.StartAsync(new RunRequest("a", "look at all", "alice"), null, TestContext.Current.CancellationToken);
                Assert.True(crash > 2 * Rounds);
                return;
            }
            catch (ProcessCrash)
            {
                // The next process takes it up.
            }

            _open.ForEach(budgets => budgets.Dispose());
            _open.Clear();
            if ((await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken)).SingleOrDefault() is { } run)
            {
                var result = await Host(new Summariser(), journal: disk).Engine.ResumeAsync(run.RunId, null, TestContext.Current.CancellationToken);
                Assert.Equal(RunStatus.Completed, result.Status);
                total += result.Usage.InputTokens + result.Usage.OutputTokens;
                Assert.Equal((total, 0), Row(BudgetMeasure.Tokens));
            }
        }
    }

    private async Task<(RunResult, IReadOnlyList<RunEvent>)> RunAsync(Summariser summaries, AgentLimits? limits = null)
    {
        var result = await Host(summaries, limits).Engine.StartAsync(new RunRequest("a", "look at all", "alice"), null, TestContext.Current.CancellationToken);
        return (result, await _journal.ReadAsync(result.SessionId, 0, TestContext.Current.CancellationToken));
    }

    private async Task AssertReplaysAsync(string runId)
    {
        var report = await new RunReplay(Host(new Summariser { OnAsked = () => Assert.Fail("asked in a replay") }), _journal).ReplayAsync(runId, TestContext.Current.CancellationToken);
        Assert.True(report.IsEqual, string.Join("\n", report.Differences.Select(difference => difference.ToString()).Concat(report.Notes)));
    }

    private Binder Host(Summariser summaries, AgentLimits? limits = null, Looker? model = null, JournalStore? journal = null)
    {
        Tool[] tools = [TestTools.Create("look", ToolEffect.Read, (int id) => $"thing {id}: {new string('e', 600)}")];
        SharedBudgets budgets = new(
            new BudgetRules([new BudgetRule("tenant", "", BudgetPeriod.Total, new Dictionary<string, long>
            {
                [BudgetMeasure.Tokens] = 100_000_000, [BudgetMeasure.Money] = 1_000_000_000_000, [BudgetMeasure.ModelCalls] = 100_000,
            })], "USD"),
            () => Ledger.Open(_directory.Path));
        _open.Add(budgets);
        return new Binder(journal ?? _journal, Stops(), budgets, () => new BoundAgent("a", model ?? new Looker(), new Kernel(), tools, PolicyDocument.Default.Bind(tools))
        {
            Instructions = "You are a test.",
            ContextTokens = 2000,
            Price = BudgetHost.Price,
            MaxOutputTokens = 200,
            Limits = limits ?? new AgentLimits { Tokens = 1_000_000, Steps = 100, RepeatedCalls = 0, StaleRounds = 0 },
            Summaries = new BoundModel("small", summaries) { Provider = "test", Price = BudgetHost.Price },
        });
    }

    private StopList Stops() => new(_directory.Path, new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)));

    private (long Used, long Reserved) Row(string measure)
    {
        using var ledger = Ledger.Open(_directory.Path);
        return ledger.List().FirstOrDefault(row => row.Account == "tenant" && row.Measure == measure) is { } row ? (row.Used, row.Reserved) : (0, 0);
    }

    private sealed class Summariser : IChatClient
    {
        public ModelException? Failure { get; init; }

        public bool Counts { get; init; } = true;

        public Action OnAsked { get; init; } = static () => { };

        public int Asked { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Asked++;
            OnAsked();
            return Failure is not null ? throw Failure : Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "They looked at things."))
            {
                ModelId = "small",
                Usage = Counts ? new UsageDetails { InputTokenCount = 100, OutputTokenCount = 10 } : null,
            });
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    /// <summary>Looks at one thing after another and answers.</summary>
    private sealed class Looker : IChatClient
    {
        public int Asked { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            ChatMessage reply = Asked++ < Rounds
                ? new(ChatRole.Assistant, [new FunctionCallContent($"c{Asked}", "test-look", new Dictionary<string, object?> { ["id"] = Asked })])
                : new(ChatRole.Assistant, "done");
            return Task.FromResult(new ChatResponse(reply) { ModelId = "looker" });
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class Binder(JournalStore journal, StopList stops, SharedBudgets budgets, Func<BoundAgent> bind) : AgentBinder
    {
        public RunEngine Engine => field ??= new RunEngine(this, journal, NullLoggerFactory.Instance) { Stops = stops.Switch, Budgets = budgets };

        public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken) => new(bind());
    }
}
