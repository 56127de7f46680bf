using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Policy.Budgets;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Runs.Stops;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.SubRuns;

/// <summary>
/// Three levels that also hand over: top asks middle; middle hands over to deputy, which asks bottom; bottom hands over to clerk, which looks and pays.
/// Everything that governs a run passes through both ways.
/// </summary>
public sealed class DeepHandOverTests : IAsyncDisposable
{
    private static readonly string[] Agents = ["top", "middle", "deputy", "bottom", "clerk"];
    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryJournal _journal = new();
    private Action _onLook = static () => { };
    private int _paid;

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return _journal.DisposeAsync();
    }

    [Fact]
    public async Task Approval_OfTheClerksPayment_IsForThePrincipalAndCarriesOnToTheTop()
    {
        ApprovalSettings approvals = new() { Approvers = new Approvers([new Approver("alice", []), new Approver("bob", [])]) };
        var house = House(approvals: approvals);
        var parked = await house.StartAsync("top", "pay");
        var question = Assert.Single(parked.Approvals);

        Assert.Equal(("test/pay", "alice", 0), (question.Tool, question.Details.Principal, _paid));
        Assert.All(await house.RunsAsync(), run => Assert.Equal((RunStatus.WaitingForApproval, "alice"), (run.Status, run.Principal)));
        var refusal = await Assert.ThrowsAsync<RunException>(() => house.Desk.AnswerAsync(question.ApprovalId, ApprovalAnswer.Approved, "alice", null, TestContext.Current.CancellationToken));
        Assert.Contains("never the one who approves", refusal.Message, StringComparison.Ordinal);

        await house.AnswerAsync(question.ApprovalId, ApprovalAnswer.Approved);
        var next = House(approvals: approvals);
        var done = await next.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, "top done", 1), (done.Status, done.Answer, _paid));
        Assert.Equal(3, (await next.RunsAsync()).Count);
        foreach (var run in await next.RunsAsync())
        {
            var report = await new RunReplay(next, _journal).ReplayAsync(run.RunId, TestContext.Current.CancellationToken);
            Assert.True(report.IsEqual, string.Join("\n", report.Differences.Select(difference => difference.ToString()).Concat(report.Notes)));
        }
    }

    [Fact]
    public async Task Cancel_OfTheTop_EndsEveryRunAndVoidsTheQuestion()
    {
        var house = House();
        var parked = await house.StartAsync("top", "pay");

        await new RunControl(_journal, house.Clock).CancelAsync(parked.RunId, "carol", "enough", cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(await house.RunsAsync(), run => Assert.Equal(RunStatus.Cancelled, run.Status));
        var question = await _journal.FindApprovalAsync(parked.Approvals[0].ApprovalId, TestContext.Current.CancellationToken);
        Assert.Equal((ApprovalStatus.Void, 0), (question!.Status, _paid));
    }

    [Theory]
    [InlineData("top")]
    [InlineData("middle")]
    [InlineData("deputy")]
    [InlineData("bottom")]
    [InlineData("clerk")]
    public async Task Stop_OfAnyAgentOnTheWay_StopsTheClerkBeforeItsPayment(string agent)
    {
        var house = House(allowed: true);
        _onLook = () => Stops().Add($"agent/{agent}", "wrong", "carol");

        var stopped = await house.StartAsync("top", "pay");

        Assert.Equal((RunStatus.Interrupted, 0), (stopped.Status, _paid));
        Assert.All(await house.RunsAsync(), run => Assert.Equal(RunStatus.Interrupted, run.Status));
        Stops().Lift($"agent/{agent}", "carol", null);
        _onLook = static () => { };
        var done = await House(allowed: true).ResumeAsync(stopped.RunId);
        Assert.Equal((RunStatus.Completed, "top done", 1), (done.Status, done.Answer, _paid));
    }

    [Fact]
    public async Task Budgets_OfEveryAgentOnTheWay_AreChargedForAllWorkBelowThem()
    {
        using SharedBudgets budgets = new(
            new BudgetRules([new BudgetRule("agent", "*", BudgetPeriod.Total, new Dictionary<string, long> { [BudgetMeasure.ModelCalls] = 100 })], "USD"), () => Ledger.Open(_directory.Path));

        var done = await House(allowed: true, budgets: budgets).StartAsync("top", "pay");

        Assert.Equal((RunStatus.Completed, 1), (done.Status, _paid));
        var used = budgets.Ledger.List().Where(row => row.Measure == BudgetMeasure.ModelCalls && row.Account.StartsWith("agent/", StringComparison.Ordinal)).ToDictionary(row => row.Account["agent/".Length..], row => (row.Used, row.Reserved));

        // The clerk's three calls count for everybody; the bottom's one for all but the clerk; and so on up.
        Assert.Equal([(9, 0), (7, 0), (6, 0), (4, 0), (3, 0)], Agents.Select(agent => used[agent]));
    }

    [Fact]
    public async Task Budget_OfAnAgentThatWasHandedTheConversation_Holds()
    {
        using SharedBudgets budgets = new(
            new BudgetRules([new BudgetRule("agent", "clerk", BudgetPeriod.Total, new Dictionary<string, long> { [BudgetMeasure.Tool("test/pay")] = 0 })], "USD"), () => Ledger.Open(_directory.Path));

        await House(allowed: true, budgets: budgets).StartAsync("top", "pay");

        Assert.Equal(0, _paid);
    }

    [Fact]
    public async Task ApprovalPrompts_OfTheTop_BoundTheQuestionsOfTheClerk()
    {
        var house = House(topLimits: new AgentLimits { ApprovalPrompts = 0 });

        var result = await house.StartAsync("top", "pay");

        Assert.Equal((RunStatus.Completed, 0, 0), (result.Status, _paid, result.Usage.ApprovalPrompts));
        Assert.Empty(await _journal.ListApprovalsAsync(new ApprovalFilter(), TestContext.Current.CancellationToken));
    }

    private AgentHouse House(bool allowed = false, SharedBudgets? budgets = null, ApprovalSettings? approvals = null, AgentLimits? topLimits = null) =>
        new AgentHouse(_journal)
        {
            Stops = Stops().Switch,
            Budgets = budgets ?? new SharedBudgets(BudgetRules.None, Ledger.InMemory),
            Approvals = approvals ?? new ApprovalSettings(),
            Policy = PolicyDocument.Parse($"version: 1\ndefaults: {{ effects: {(allowed ? "allow" : "ask")} }}", "test.yaml"),
        }
        .Add("top", new ScriptedChatClient(Calls(("agent-ask_middle", new { request = "pay" })), Says("top done")), asks: ["middle"], limits: topLimits)
        .Add("middle", new ScriptedChatClient(Calls(("agent-hand_over_to_deputy", new { reason = "busy" }))), handsTo: ["deputy"])
        .Add("deputy", new ScriptedChatClient(Says("never"), Calls(("agent-ask_bottom", new { request = "pay" })), Says("deputy done")), asks: ["bottom"])
        .Add("bottom", new ScriptedChatClient(Calls(("agent-hand_over_to_clerk", new { reason = "busy" }))), handsTo: ["clerk"])
        .Add("clerk", new ScriptedChatClient(Says("never"), Calls(("test-look", null)), Calls(("test-pay", null)), Says("clerk done")), tools: [Look(), Pay()]);

    private StopList Stops() => new(_directory.Path, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)));

    private Tool Look() => TestTools.Create("look", ToolEffect.Read, () =>
    {
        _onLook();
        return "seen";
    });

    private Tool Pay() => TestTools.Create("pay", ToolEffect.Once, () => $"paid {++_paid}");
}
