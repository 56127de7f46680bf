using System.Globalization;
using KernelHost.Agents;
using KernelHost.Policy.Budgets;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Budgets;

public sealed class SharedBudgetTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<SharedBudgets> _open = [];
    private int _sends;

    [Fact]
    public async Task Tokens_OfAllRuns_AreCountedAndTheRunThatDoesNotFitStops()
    {
        var host = Host(new MemoryJournal(), [Rule("tenant", "", BudgetPeriod.Day, (BudgetMeasure.Tokens, 300))], Says("Hello."));

        var results = new List<RunResult>();
        for (var i = 0; i < 30 && (results.Count == 0 || results[^1].Status == RunStatus.Completed); i++)
        {
            results.Add(await host.StartAsync("hi"));
        }

        var stopped = results[^1];
        Assert.Equal((RunStatus.Stopped, "300 tokens per day of tenant"), (stopped.Status, stopped.Limit));
        Assert.Equal((results.Sum(result => result.Usage.InputTokens + result.Usage.OutputTokens), 0L), Row("tenant@day", BudgetMeasure.Tokens));
        Assert.Single((await host.EventsAsync(stopped.SessionId)).OfType<BudgetRefused>());
    }

    [Fact]
    public async Task Period_Over_BudgetBeginsAnew()
    {
        var host = Host(new MemoryJournal(), [Rule("agent", "*", BudgetPeriod.Day, (BudgetMeasure.ModelCalls, 1))], Says("Hello."));

        var first = await host.StartAsync("hi");
        var second = await host.StartAsync("hi");
        host.Clock.Advance(TimeSpan.FromHours(13));
        var third = await host.StartAsync("hi");

        Assert.Equal((RunStatus.Completed, RunStatus.Stopped, RunStatus.Completed), (first.Status, second.Status, third.Status));
        Assert.Equal("1 model calls per day of agent/tester", second.Limit);
    }

    [Fact]
    public async Task Principals_WithABudgetEach_DoNotTouchOneAnother()
    {
        var host = Host(new MemoryJournal(), [Rule("principal", "*", BudgetPeriod.Total, (BudgetMeasure.ModelCalls, 1))], Says("Hello."));

        await host.StartAsync("hi", principal: "alice");
        var alice = await host.StartAsync("hi", principal: "alice");
        var bob = await host.StartAsync("hi", principal: "bob");

        Assert.Equal((RunStatus.Stopped, RunStatus.Completed), (alice.Status, bob.Status));
    }

    [Theory]
    [InlineData("plugin", "test")]
    [InlineData("session", "*")]
    public async Task Tool_BoundedBySharedBudget_CallIsRefusedAndTheModelReadsWhy(string kind, string name)
    {
        var host = Host(new MemoryJournal(), [Rule(kind, name, BudgetPeriod.Total, (BudgetMeasure.Tool("test/send"), 1))], Calls(("test-send", null), ("test-send", null)), Says("Sent."));

        var result = await host.StartAsync("send twice");

        Assert.Equal((RunStatus.Completed, 1), (result.Status, _sends));
        var refused = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>());
        var account = name == "*" ? $"{kind}/{result.SessionId}" : $"{kind}/{name}";
        Assert.Equal($"Not made: the run has reached its limit of 1 calls of 'test/send' in total of {account}.", refused.Error);
        Assert.Equal((1L, 0L), Row(account, BudgetMeasure.Tool("test/send")));
    }

    [Fact]
    public async Task Answer_DoesNotFitTheSharedRest_ModelIsToldToBeShorter()
    {
        var model = new ScriptedChatClient(Says("Hello."));
        var host = Host(new MemoryJournal(), [Rule("tenant", "", BudgetPeriod.Total, (BudgetMeasure.OutputTokens, 500))], model);

        await host.StartAsync("hi");
        await host.StartAsync("hi");

        Assert.Equal([500, 495], model.Options.Select(options => options!.MaxOutputTokens!.Value));
    }

    [Fact]
    public async Task NoBudgets_NoLedgerIsOpened()
    {
        var host = Host(new MemoryJournal(), [], Says("Hello."));

        await host.StartAsync("hi");

        Assert.Empty(Directory.EnumerateFiles(_directory.Path));
    }

    // The process dies before any event; ledger and journal must agree in the end, whatever happened between them.
    [Fact]
    public async Task Crash_BeforeAnyEvent_LedgerEqualsTheJournalAndNothingStaysReserved()
    {
        for (var crash = 1; crash < 40; crash++)
        {
            _sends = 0;
            var disk = new MemoryJournal();
            var rules = new[] { Rule("run", "*", BudgetPeriod.Total, (BudgetMeasure.Tokens, 100_000), (BudgetMeasure.Money, 1_000_000_000), (BudgetMeasure.ToolCalls, 50), (BudgetMeasure.BytesOut, 1000)) };
            var dying = Host(new CrashingJournal(disk, crash), rules, Script());
            try
            {
                await dying.StartAsync("send");
                return; // It outlived its end: every event was a crash point.
            }
            catch (ProcessCrash)
            {
            }

            CloseLedgers();
            var run = Assert.Single(await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));
            var result = await Host(disk, rules, Script()).ResumeAsync(run.RunId);
            if (result.Status == RunStatus.WaitingForApproval)
            {
                // The send was cut off: it happened.
                var host = Host(disk, rules, Script());
                await new ApprovalDesk(disk, host.Clock).AnswerAsync(result.Approvals[0].ApprovalId, ApprovalAnswer.Happened, "bob", null, TestContext.Current.CancellationToken);
                result = await host.ResumeAsync(run.RunId);
            }

            var account = $"run/{run.RunId}";
            var when = string.Create(CultureInfo.InvariantCulture, $"crash before event {crash + 1}");
            Assert.True(result.Status == RunStatus.Completed, $"{when}: {result.Status}");
            Assert.Equal((when, result.Usage.InputTokens + result.Usage.OutputTokens, 0L), (when, Row(account, BudgetMeasure.Tokens).Used, Row(account, BudgetMeasure.Tokens).Reserved));
            Assert.Equal((when, result.Usage.CostMicros, 0L), (when, Row(account, BudgetMeasure.Money).Used, Row(account, BudgetMeasure.Money).Reserved));
            Assert.Equal((when, (long)result.Usage.ToolCalls, 0L), (when, Row(account, BudgetMeasure.ToolCalls).Used, Row(account, BudgetMeasure.ToolCalls).Reserved));
            Assert.Equal((when, result.Usage.BytesOut, 0L), (when, Row(account, BudgetMeasure.BytesOut).Used, Row(account, BudgetMeasure.BytesOut).Reserved));
            CloseLedgers();
            Directory.Delete(_directory.Path, recursive: true);
            Directory.CreateDirectory(_directory.Path);
        }

        Assert.Fail("The run never ended.");
    }

    [Fact]
    public async Task Caller_CancelsWhileAnEffectIsMade_TheModelCallThatWasNotMadeCostsNothing()
    {
        using var cancel = new CancellationTokenSource();
        var send = TestTools.Create("send", ToolEffect.Once, () =>
        {
            cancel.Cancel();
            return "sent";
        });
        var budgets = new SharedBudgets(new BudgetRules([Rule("tenant", "", BudgetPeriod.Total, (BudgetMeasure.Tokens, 100_000))], "USD"), () => Ledger.Open(_directory.Path));
        _open.Add(budgets);
        var host = new BudgetHost(new MemoryJournal(), new ScriptedChatClient(Calls(("test-send", null)), Says("Sent.")), send) { Budgets = budgets };

        var result = await host.Engine.StartAsync(new RunRequest(BudgetHost.Agent, "send", "alice"), observer: null, cancel.Token);

        Assert.Equal(RunStatus.Interrupted, result.Status);
        Assert.Equal((15L, 0L), Row("tenant", BudgetMeasure.Tokens));
    }

    [Fact]
    public async Task SubRuns_InParallelThreeLevelsDeep_TogetherStayWithinTheLimitOfTheRunAboveAll()
    {
        var journal = new MemoryJournal();
        var host = Host(journal, [], new ScriptedChatClient(Calls(("test-look", null))), new AgentLimits { Tokens = 2000, Steps = 1000, ToolCalls = 1000, RepeatedCalls = 0, StaleRounds = 0 });
        await BeginAsync(journal, "ses_root", "run_root");
        await BeginAsync(journal, "ses_mid", "run_mid", "run_root");
        var leaves = Enumerable.Range(0, 6).Select(i => $"leaf{i}").ToList();
        foreach (var leaf in leaves)
        {
            await BeginAsync(journal, "ses_" + leaf, "run_" + leaf, "run_mid", "run_root");
        }

        var results = await Task.WhenAll(leaves.Select(leaf => Task.Run(() => host.ResumeAsync("run_" + leaf))));

        var used = results.Sum(result => result.Usage.InputTokens + result.Usage.OutputTokens);
        Assert.InRange(used, 1000, 2000);
        Assert.All(results, result => Assert.Equal(RunStatus.Stopped, result.Status));
        Assert.Contains(results, result => result.Limit is "2000 tokens of run run_mid, which this run works for" or "2000 tokens of run run_root, which this run works for");
        Assert.Equal((used, 0L), Row("tree/run_root", BudgetMeasure.Tokens));
        Assert.Equal((used, 0L), Row("tree/run_mid", BudgetMeasure.Tokens));
    }

    public void Dispose()
    {
        CloseLedgers();
        _directory.Dispose();
    }

    private static ScriptedChatClient Script() => new(Calls(("test-look", null), ("test-send", new { text = "abc" })), Calls(("test-look", null)), Says("Sent."));

    private static BudgetRule Rule(string kind, string name, BudgetPeriod period, params (string Measure, long Limit)[] limits) =>
        new(kind, name, period, limits.ToDictionary(limit => limit.Measure, limit => limit.Limit));

    private static async Task BeginAsync(MemoryJournal journal, string session, string run, params string[] ancestors) => await journal.AppendAsync(session, 0,
    [
        new RunStarted
        {
            RunId = run, Agent = BudgetHost.Agent, Principal = "alice", Request = "look for ever", Instructions = "You are a test.", PolicyVersion = "1",
            Ancestors = ancestors.Length == 0 ? null : ancestors,
        },
        new RunInterrupted { RunId = run, Reason = "to be resumed" },
    ], TestContext.Current.CancellationToken);

    private BudgetHost Host(JournalStore journal, IReadOnlyList<BudgetRule> rules, params Func<IReadOnlyList<ChatMessage>, ChatResponse>[] replies) =>
        Host(journal, rules, new ScriptedChatClient(replies));

    private BudgetHost Host(JournalStore journal, IReadOnlyList<BudgetRule> rules, IChatClient model, AgentLimits? limits = null)
    {
        var budgets = new SharedBudgets(new BudgetRules(rules, "USD"), () => Ledger.Open(_directory.Path));
        _open.Add(budgets);
        return new BudgetHost(
            journal,
            model,
            TestTools.Create("look", ToolEffect.Read, () => "seen"),
            TestTools.Create("send", ToolEffect.Once, (string? text = null) => $"sent {++_sends} {text?.Length}", egress: true))
        {
            Budgets = budgets,
            Limits = limits ?? new AgentLimits(),
        };
    }

    private void CloseLedgers()
    {
        _open.ForEach(budgets => budgets.Dispose());
        _open.Clear();
    }

    private (long Used, long Reserved) Row(string account, string measure)
    {
        using var ledger = Ledger.Open(_directory.Path);
        return ledger.List().FirstOrDefault(row => row.Account == account && row.Measure == measure) is { } row ? (row.Used, row.Reserved) : (0, 0);
    }
}
