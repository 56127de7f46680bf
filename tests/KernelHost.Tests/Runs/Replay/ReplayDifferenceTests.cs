using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Replay;

/// <summary>Whatever the journal tells otherwise than the host would do is shown where it stands.</summary>
public sealed class ReplayDifferenceTests
{
    private static readonly Func<IReadOnlyList<Microsoft.Extensions.AI.ChatMessage>, Microsoft.Extensions.AI.ChatResponse>[] Script =
        [Calls(("test-look", new { id = 1 }), ("test-pay", new { amount = 5 }), ("test-nothing", null)), Says("Paid.")];

    [Theory]
    [InlineData(typeof(RunStarted), "You are a test.", "You are another.", "instructions")]
    [InlineData(typeof(CallDecided), "default:reads", "default:other", "rule")]
    [InlineData(typeof(CallDecided), "\"Allow\"", "\"Ask\"", "verdict")]
    [InlineData(typeof(ApprovalRequested), "1.0.0", "1.0.1", "pluginVersion")]
    [InlineData(typeof(ApprovalRequested), "\"amount\":5", "\"amount\":6", "arguments")]
    [InlineData(typeof(CallFailed), "There is no tool", "There was no tool", "error")]
    [InlineData(typeof(CallStarted), "\"type\":", "\"approvalId\":\"apr_x\",\"type\":", "approvalId")]
    [InlineData(typeof(RunCompleted), "Paid.", "Not paid.", "answer")]
    [InlineData(typeof(RunCompleted), "\"answer\"", "\"limit\":\"3 steps\",\"answer\"", "limit")]
    public async Task Replay_MutatedEvent_DiffersAtItsSequence(Type kind, string old, string replacement, string member)
    {
        var (host, result) = await RecordAsync();
        var mutated = (await host.EventsAsync(result.SessionId)).First(runEvent => runEvent.GetType() == kind).Sequence;
        var journal = await host.RewriteAsync(result.SessionId, mutated, old, replacement);

        var report = await Host(journal).ReplayAsync(result.RunId);

        Assert.Contains(report.Differences, difference => difference.Sequence == mutated && difference.Member == member);
        Assert.Equal(mutated, report.Differences[0].Sequence);
    }

    [Fact]
    public async Task Replay_MutatedReply_DiffersInWhatFollowsFromIt()
    {
        var (host, result) = await RecordAsync();
        var journal = await host.RewriteAsync(result.SessionId, 2, "\"amount\":5", "\"amount\":50");

        var report = await Host(journal).ReplayAsync(result.RunId);

        Assert.Contains(report.Differences, difference => difference is { Event: "approval-requested", Member: "arguments", Recorded: """{"amount":5}""", Replayed: """{"amount":50}""" });
        Assert.Contains(report.Differences, difference => difference is { Event: "approval-requested", Member: "digest" });
    }

    [Fact]
    public async Task Replay_PassagesInAFormTheHostDoesNotWrite_DifferInsteadOfHanging()
    {
        IReadOnlyList<Passage> passages = [new("a.md", "Alpha.")];
        RunHost Searching(JournalStore journal) => new(
            journal,
            new ScriptedChatClient(Calls(("test-search", new { query = "x" })), Says("Alpha [1].")),
            TestTools.Create("search", ToolEffect.Read, (string query) => passages));
        var host = Searching(new MemoryJournal());
        var result = await host.StartAsync("search");
        var completed = (await host.EventsAsync(result.SessionId)).First(runEvent => runEvent is CallCompleted).Sequence;

        var report = await Searching(await host.RewriteAsync(result.SessionId, completed, "\"cite\":\"[1]\",\"source\"", "\"cite\":\"[1]\",\"sauce\"")).ReplayAsync(result.RunId);

        Assert.Contains(report.Differences, difference => difference is { Event: "call-completed", Member: "passages" });
        Assert.Contains(report.Differences, difference => difference is { Event: "run-completed", Member: "citations" });
    }

    [Theory]
    [InlineData("deny", "deny", "no-pay")]
    [InlineData("allow", "allow", "no-pay")]
    public async Task Replay_PolicyChangedSince_SaysSoAndShowsTheDecisionsThatDiffer(string decision, string verdict, string rule)
    {
        var (host, result) = await RecordAsync();
        var policy = PolicyDocument.Parse($"version: 1\nrules:\n  - {{ id: no-pay, decision: {decision}, tools: [test/pay] }}", "new.yaml");

        var report = await Host(host.Journal, policy).ReplayAsync(result.RunId);

        Assert.False(report.IsEqual);
        Assert.Contains(report.Notes, note => note.StartsWith("The policy has changed since", StringComparison.Ordinal));
        Assert.Contains(report.Differences, difference => difference is { Sequence: 1, Member: "policyVersion" });
        var change = Assert.Single(report.Decisions);
        Assert.Equal(("1.2", "test/pay", "ask", "default:effects"), (change.CallId, change.Tool, change.Recorded!.Verdict, change.Recorded.Rule));
        Assert.Equal((verdict, rule), (change.Replayed!.Verdict, change.Replayed.Rule));
        Assert.Equal(decision == "deny", change.Blocks);
    }

    [Fact]
    public async Task Replay_PolicyRewrittenWithTheSameDecisions_GoesOnToTheEnd()
    {
        var (host, result) = await RecordAsync();
        var policy = PolicyDocument.Parse("version: 1\nrules:\n  - { id: pay, decision: ask, tools: [test/pay] }", "new.yaml");

        var report = await Host(host.Journal, policy).ReplayAsync(result.RunId);

        Assert.Equal(report.RecordedEvents, report.ReplayedEvents);
        Assert.Equal(["digest", "policyVersion", "reason", "rule", "ruleVersion"], report.Differences.Select(difference => difference.Member).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Replay_AsksForAReplyThatNobodyRecorded_StopsThereAndSaysSo()
    {
        RunHost Looking(JournalStore journal, int steps) => new(
            journal,
            new ScriptedChatClient(Calls(("test-look", new { id = 1 }))),
            TestTools.Create("look", ToolEffect.Read, (int id) => $"thing {id}")) { Limits = new KernelHost.Agents.AgentLimits { Steps = steps } };
        var host = Looking(new MemoryJournal(), 2);
        var result = await host.StartAsync("look for ever");

        var report = await Looking(host.Journal, 1000).ReplayAsync(result.RunId);

        Assert.Contains(report.Notes, note => note.Contains("step 3, which was never recorded", StringComparison.Ordinal));
        var difference = Assert.Single(report.Differences);
        Assert.Equal(("run-completed", "(event)", null), (difference.Event, difference.Member, difference.Replayed));
    }

    [Fact]
    public async Task Replay_PluginChangedSince_IsNamed()
    {
        var (host, result) = await RecordAsync();

        var report = await Host(host.Journal, contentHash: "other").ReplayAsync(result.RunId);

        Assert.Contains(report.Notes, note => note.Contains("'test/pay'", StringComparison.Ordinal));
        Assert.All(report.Differences, difference => Assert.Contains(difference.Member, new[] { "digest", "contentHash" }));
    }

    [Fact]
    public async Task Replay_ToolIsGone_ShowsThatItsCallsAreRefusedNow()
    {
        var (host, result) = await RecordAsync();
        RunHost without = new(host.Journal, new ScriptedChatClient(Script), TestTools.Create("look", ToolEffect.Read, (int id) => $"thing {id}"));

        var report = await without.ReplayAsync(result.RunId);

        Assert.Equal("invalid", Assert.Single(report.Decisions).Replayed!.Verdict);
        Assert.Contains(report.Differences, difference => difference is { Event: "approval-requested", Member: "(event)", Replayed: null });
    }

    private static async Task<(RunHost Host, RunResult Result)> RecordAsync()
    {
        var host = Host(new MemoryJournal());
        var parked = await host.StartAsync("pay 5");
        await host.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);
        var result = await host.ResumeAsync(parked.RunId);
        Assert.Equal(RunStatus.Completed, result.Status);
        return (host, result);
    }

    private static RunHost Host(JournalStore journal, PolicyDocument? policy = null, string contentHash = "c0ffee") => new(
        journal,
        new ScriptedChatClient(Script),
        TestTools.Create("look", ToolEffect.Read, (int id) => $"thing {id}"),
        TestTools.Create("pay", ToolEffect.Once, (int amount) => $"paid {amount}", contentHash)) { Policy = policy ?? PolicyDocument.Default };
}
