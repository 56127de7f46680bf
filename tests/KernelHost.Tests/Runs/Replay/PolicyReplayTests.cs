using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Replay;

/// <summary>Two recorded runs: a look and a refund that was approved; a look, a refund that was denied, and a call that fits no tool.</summary>
public sealed class PolicyReplayTests : IAsyncDisposable
{
    private readonly MemoryJournal _journal = new();

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    [Theory]
    [InlineData("", 0, 0, 2, 0)]
    [InlineData("  - { id: a, decision: allow, tools: [test/pay] }", 2, 0, 0, 0)]
    [InlineData("  - { id: a, decision: allow, tools: [test/pay], when: { amount: { lessThan: 10 } } }", 1, 0, 1, 0)]
    [InlineData("  - { id: a, decision: deny, tools: [test/pay] }", 2, 1, 0, 0)]
    [InlineData("  - { id: a, decision: deny, tools: [test/pay], when: { amount: { greaterThanOrEqual: 10 } } }", 1, 0, 1, 0)]
    [InlineData("  - { id: a, decision: ask, tools: [\"*\"] }", 2, 0, 4, 2)]
    [InlineData("  - { id: a, decision: deny, tools: [test/look] }", 2, 2, 2, 0)]
    [InlineData("  - { id: a, decision: deny, tools: [\"*\"], principals: [mallory] }", 0, 0, 2, 0)]
    public async Task Run_AnotherPolicy_CountsWhatWouldChange(string rules, int changes, int blocked, int prompts, int otherRule)
    {
        await RecordAsync();

        var report = await ReplayAsync(rules);

        Assert.Equal((2, 5, 2), (report.Runs, report.Calls, report.PromptsRecorded));
        Assert.Equal((changes, blocked, prompts, otherRule), (report.Changes.Count, report.Blocked.Count(), report.Prompts, report.OtherRule));
        Assert.Empty(report.MissingTools);
    }

    [Fact]
    public async Task Run_Change_TellsCallOldAndNew()
    {
        await RecordAsync();

        var report = await ReplayAsync("  - { id: no-small, decision: deny, tools: [test/pay], when: { amount: { lessThan: 10 } }, reason: Too little. }");

        var change = Assert.Single(report.Changes);
        Assert.Equal(("1.2", "test/pay", "5", true, true), (change.CallId, change.Tool, change.Arguments!["amount"]!.ToString(), change.Succeeded, change.Blocks));
        Assert.Equal(("ask", "default:effects"), (change.Recorded!.Verdict, change.Recorded.Rule));
        Assert.Equal(new DecidedAs("deny", "no-small", "Too little."), change.Replayed);
    }

    [Fact]
    public async Task Run_ToolThatIsGone_IsListedAndItsCallsAreNotCounted()
    {
        await RecordAsync();

        var report = await ReplayAsync("", tools: [Look()]);

        Assert.Equal(new MissingTool("test/pay", Calls: 2, Succeeded: 1, Prompts: 2), Assert.Single(report.MissingTools));
        Assert.Equal((3, 0, 2, 0), (report.Calls, report.Changes.Count, report.PromptsRecorded, report.Prompts));
    }

    [Fact]
    public async Task Run_ArgumentsThatNoLongerFitTheTool_AreInvalidBeforeThePolicyIsAsked()
    {
        await RecordAsync();
        var renamed = TestTools.Create("look", ToolEffect.Read, (string thing) => thing);

        var report = await ReplayAsync("", tools: [renamed, Pay()]);

        Assert.Equal(2, report.Blocked.Count());
        Assert.All(report.Changes, change => Assert.Equal(("invalid", "test/look"), (change.Replayed!.Verdict, change.Tool)));
    }

    [Fact]
    public async Task Run_Filters_LeaveOutOtherRuns()
    {
        await RecordAsync();

        var late = await ReplayAsync("", new PolicyReplayFilter(Since: new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero)));
        var others = await ReplayAsync("", new PolicyReplayFilter(Agent: "somebody"));
        var mine = await ReplayAsync("", new PolicyReplayFilter(Agent: RunHost.Agent));

        Assert.Equal((1, 3), (late.Runs, late.Calls));
        Assert.Equal((0, 0), (others.Runs, others.Calls));
        Assert.Equal((2, 5), (mine.Runs, mine.Calls));
    }

    [Fact]
    public async Task Run_CallThatNobodyDecided_IsCountedApart()
    {
        var host = Host(new CrashingJournal(_journal, 2), Calls(("test-pay", new { amount = 5 })));
        await Assert.ThrowsAsync<ProcessCrash>(() => host.StartAsync("pay"));

        var report = await ReplayAsync("");

        Assert.Equal((1, 0, 1), (report.Runs, report.Calls, report.Undecided));
    }

    private async Task RecordAsync()
    {
        var first = Host(_journal, Calls(("test-look", new { id = 1 }), ("test-pay", new { amount = 5 })), Says("Paid."));
        var parked = await first.StartAsync("pay 5");
        await first.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);
        await first.ResumeAsync(parked.RunId);

        var second = Host(_journal, Calls(("test-look", new { id = 2 }), ("test-pay", new { amount = 50 }), ("test-nothing", null)), Says("Not paid."));
        second.Clock.Advance(TimeSpan.FromHours(2));
        parked = await second.StartAsync("pay 50");
        await second.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Denied);
        await second.ResumeAsync(parked.RunId);
    }

    private Task<PolicyReplayReport> ReplayAsync(string rules, PolicyReplayFilter? filter = null, IReadOnlyCollection<Tool>? tools = null) =>
        new PolicyReplay(_journal).RunAsync(
            PolicyDocument.Parse($"version: 1{(rules.Length == 0 ? "" : $"\nrules:\n{rules}")}", "new.yaml"),
            tools ?? [Look(), Pay()],
            filter ?? new PolicyReplayFilter(),
            TestContext.Current.CancellationToken);

    private static RunHost Host(
        JournalStore journal, params Func<IReadOnlyList<Microsoft.Extensions.AI.ChatMessage>, Microsoft.Extensions.AI.ChatResponse>[] script) =>
        new(journal, new ScriptedChatClient(script), Look(), Pay());

    private static Tool Look() => TestTools.Create("look", ToolEffect.Read, (int id) => $"thing {id}");

    private static Tool Pay() => TestTools.Create("pay", ToolEffect.Once, (int amount) => $"paid {amount}");
}
