using System.Globalization;
using KernelHost.Agents;
using KernelHost.Policy.Budgets;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Budgets;

/// <summary>Calls that are reserved several at a time: what is not used is given back, and what a process that died had used is known.</summary>
public sealed class CallLeaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<SharedBudgets> _open = [];

    [Fact]
    public async Task Calls_Many_AreReservedInBlocksAndTheRestIsGivenBack()
    {
        var journal = new MemoryJournal();
        long most = 0;
        var result = await Host(journal, 10_000, Rounds(20), () => most = Math.Max(most, Row().Reserved)).StartAsync("look");

        Assert.Equal((RunStatus.Completed, 40), (result.Status, result.Usage.ToolCalls));
        Assert.InRange(most, 2, CallLease.Longest * 2);
        Assert.Equal((40L, 0L), Row());
    }

    // Two processes; near the limit each call is reserved by itself, so that they take exactly what there is.
    [Fact]
    public async Task Calls_OfTwoLedgersOnOneFile_NeverExceedTheLimit()
    {
        var hosts = new[] { Host(new MemoryJournal(), 100, Rounds(30)), Host(new MemoryJournal(), 100, Rounds(30)) };

        var results = await Task.WhenAll(hosts.Select(host => Task.Run(() => host.StartAsync("look"))));

        var used = results.Sum(result => result.Usage.ToolCalls);
        Assert.InRange(used, 100 - (2 * (100 / 16)), 100);
        Assert.Equal(((long)used, 0L), Row());
    }

    [Fact]
    public async Task Limit_OneRun_IsUsedToTheLastCall()
    {
        var result = await Host(new MemoryJournal(), 100, Rounds(60)).StartAsync("look");

        Assert.Equal(100, result.Usage.ToolCalls);
        Assert.Equal((100L, 0L), Row());
    }

    [Fact]
    public async Task Crash_BeforeAnyEventWithALeaseOpen_LedgerEqualsTheJournalAndNothingStaysReserved()
    {
        for (var crash = 1; crash < 200; crash++)
        {
            var disk = new MemoryJournal();
            try
            {
                await Host(new CrashingJournal(disk, crash), 10_000, Rounds(7)).StartAsync("look");
                Assert.True(crash > 20);
                return;
            }
            catch (ProcessCrash)
            {
            }

            CloseLedgers();
            var run = Assert.Single(await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));
            var result = await Host(disk, 10_000, Rounds(7)).ResumeAsync(run.RunId);
            Assert.Equal(RunStatus.Completed, result.Status);
            var when = string.Create(CultureInfo.InvariantCulture, $"crash before event {crash + 1}");
            Assert.Equal((when, (long)result.Usage.ToolCalls, 0L), (when, Row().Used, Row().Reserved));
            CloseLedgers();
            Directory.Delete(_directory.Path, recursive: true);
            Directory.CreateDirectory(_directory.Path);
        }

        Assert.Fail("The run never ended.");
    }

    public void Dispose()
    {
        CloseLedgers();
        _directory.Dispose();
    }

    // Two calls side by side in each round.
    private static ScriptedChatClient Rounds(int rounds) =>
        new([.. Enumerable.Range(0, rounds).Select(_ => Calls(("test-look", null), ("test-look", null))), Says("Seen.")]);

    private BudgetHost Host(JournalStore journal, long limit, ScriptedChatClient model, Action? looked = null)
    {
        var rule = new BudgetRule("tenant", "", BudgetPeriod.Total, new Dictionary<string, long> { [BudgetMeasure.ToolCalls] = limit, [BudgetMeasure.Tool("test/look")] = limit });
        var budgets = new SharedBudgets(new BudgetRules([rule], "USD"), () => Ledger.Open(_directory.Path));
        _open.Add(budgets);
        return new BudgetHost(journal, model, TestTools.Create("look", ToolEffect.Read, () =>
        {
            looked?.Invoke();
            return "seen";
        }))
        {
            Budgets = budgets,
            Limits = new AgentLimits { Tokens = 10_000_000, Steps = 1000, ToolCalls = 1000, RepeatedCalls = 0, StaleRounds = 0 },
        };
    }

    private void CloseLedgers()
    {
        _open.ForEach(budgets => budgets.Dispose());
        _open.Clear();
    }

    private (long Used, long Reserved) Row()
    {
        using var ledger = Ledger.Open(_directory.Path);
        return ledger.List().FirstOrDefault(row => row.Measure == BudgetMeasure.ToolCalls) is { } row ? (row.Used, row.Reserved) : (0, 0);
    }
}
