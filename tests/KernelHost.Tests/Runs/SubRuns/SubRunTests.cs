using KernelHost.Agents;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.SubRuns;

public sealed partial class SubRunTests
{
    private int _paid;

    [Fact]
    public async Task Start_AgentAsksAnother_AnswerComesBackAndJournalsAreLinked()
    {
        ScriptedChatClient desk = new(Calls(("agent-ask_research", new { request = "Find 7." })), Says("It is seven."));
        var house = new AgentHouse(new MemoryJournal()).Add("desk", desk, asks: ["research"]).Add("research", new ScriptedChatClient(Says("Seven.")));

        var result = await house.StartAsync("desk", "What is it?");

        Assert.Equal((RunStatus.Completed, "It is seven."), (result.Status, result.Answer));
        Assert.Equal("Seven.", ResultOf(desk, 1));
        var events = await house.EventsAsync(result.SessionId);
        Assert.Equal(
            [typeof(RunStarted), typeof(ModelReplied), typeof(CallDecided), typeof(CallStarted), typeof(CallCompleted), typeof(ModelReplied), typeof(RunCompleted)],
            events.Select(runEvent => runEvent.GetType()));
        Assert.Equal("default:agents", events.OfType<CallDecided>().Single().Rule);
        var child = events.OfType<CallStarted>().Single().SubRun!;
        var started = Assert.IsType<RunStarted>((await house.EventsAsync(child.SessionId))[0]);
        Assert.Equal((child.RunId, "alice", "Find 7."), (started.RunId, started.Principal, started.Request));
        Assert.Equal(new ParentCall(result.SessionId, result.RunId, "1.1"), started.Parent);
        Assert.Equal([result.RunId], started.Ancestors!);
    }

    [Fact]
    public async Task Start_SubRun_CountsAsUseOfTheRunAbove()
    {
        var house = House(Says("Seven."));

        var result = await house.StartAsync("desk", "What is it?");

        Assert.Equal((3, 1, 30, 15), (result.Usage.Steps, result.Usage.ToolCalls, result.Usage.InputTokens, result.Usage.OutputTokens));
    }

    [Fact]
    public async Task Resume_ThreeLevelsDeepApproval_IsListedAnsweredOnceAndCarriesOnToTheTop()
    {
        var house = ThreeLevels();
        var parked = await house.StartAsync("top", "pay 5");

        Assert.Equal((RunStatus.WaitingForApproval, 0), (parked.Status, _paid));
        var approval = Assert.Single(parked.Approvals);
        Assert.Equal("test/pay", approval.Tool);
        Assert.Equal((await house.RunOfAsync("bottom")).RunId, approval.RunId);
        Assert.All(await house.RunsAsync(), run => Assert.Equal((RunStatus.WaitingForApproval, "alice"), (run.Status, run.Principal)));

        await house.AnswerAsync(approval.ApprovalId, ApprovalAnswer.Approved);
        var next = ThreeLevels(house.Journal);
        var result = await next.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, "top done", 5), (result.Status, result.Answer, _paid));
        Assert.Equal(3, (await next.RunsAsync()).Count);
        Assert.All(await next.RunsAsync(), run => Assert.Equal(RunStatus.Completed, run.Status));
    }

    [Fact]
    public async Task Resume_RequestChangedByThePersonAsked_TheSubRunGetsTheChangedOne()
    {
        var house = House(Says("Eight."));
        house.Policy = PolicyDocument.Parse("version: 1\ndefaults: { agents: ask }", "ask.yaml");
        var parked = await house.StartAsync("desk", "What is it?");
        var approval = Assert.Single(parked.Approvals);

        await house.Desk.AnswerAsync(
            new ApprovalReply(approval.ApprovalId, ApprovalAnswer.Approved, "bob") { Arguments = new Dictionary<string, object?> { ["request"] = "Find 8." } },
            TestContext.Current.CancellationToken);
        await house.ResumeAsync(parked.RunId);

        Assert.Equal("Find 8.", (await house.RunOfAsync("research")).Request);
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Resume_OfTheSubRun_ResumesItsRoot()
    {
        var house = ThreeLevels();
        var parked = await house.StartAsync("top", "pay 5");
        await house.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);

        var result = await house.ResumeAsync((await house.RunOfAsync("bottom")).RunId);

        Assert.Equal((parked.RunId, RunStatus.Completed, "top done"), (result.RunId, result.Status, result.Answer));
    }

    [Fact]
    public async Task Resume_NothingAnsweredBelow_WritesNothingAnywhere()
    {
        var house = ThreeLevels();
        var parked = await house.StartAsync("top", "pay 5");
        var before = await CountAsync(house);

        var result = await ThreeLevels(house.Journal).ResumeAsync(parked.RunId);

        Assert.Equal(RunStatus.WaitingForApproval, result.Status);
        Assert.Equal(parked.Approvals[0].ApprovalId, Assert.Single(result.Approvals).ApprovalId);
        Assert.Equal(before, await CountAsync(house));
    }

    [Fact]
    public async Task Start_TwoAgentsAskedInOneReply_RunSideBySide()
    {
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var token = TestContext.Current.CancellationToken;
        var meet = TestTools.Create("meet", ToolEffect.Read, async (string who) =>
        {
            // Neither goes on before the other has come.
            (who == "a" ? first : second).SetResult();
            await (who == "a" ? second : first).Task.WaitAsync(TimeSpan.FromSeconds(30), token);
            return "met";
        });
        var house = new AgentHouse(new MemoryJournal())
            .Add("desk", new ScriptedChatClient(Calls(("agent-ask_a", new { request = "go" }), ("agent-ask_b", new { request = "go" })), Says("Both.")), asks: ["a", "b"])
            .Add("a", new ScriptedChatClient(Calls(("test-meet", new { who = "a" })), Says("a was there")), tools: [meet])
            .Add("b", new ScriptedChatClient(Calls(("test-meet", new { who = "b" })), Says("b was there")), tools: [meet]);

        var result = await house.StartAsync("desk", "both");

        Assert.Equal((RunStatus.Completed, "Both."), (result.Status, result.Answer));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_OneSubRunWaits_ItsSiblingsGoOn()
    {
        ScriptedChatClient desk = new(
            Calls(("agent-ask_payer", new { request = "pay 5" }), ("agent-ask_reader", new { request = "read" }), ("test-pay", new { amount = 1 })), Says("Done."));
        var house = new AgentHouse(new MemoryJournal())
            .Add("desk", desk, asks: ["payer", "reader"], tools: [Pay()])
            .Add("payer", new ScriptedChatClient(Calls(("test-pay", new { amount = 5 })), Says("paid")), tools: [Pay()])
            .Add("reader", new ScriptedChatClient(Says("read")));

        var parked = await house.StartAsync("desk", "all");

        Assert.Equal(2, parked.Approvals.Count);
        Assert.Equal(RunStatus.Completed, (await house.RunOfAsync("reader")).Status);
        foreach (var approval in parked.Approvals)
        {
            await house.AnswerAsync(approval.ApprovalId, ApprovalAnswer.Approved);
        }

        var result = await house.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, 6), (result.Status, _paid));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_SubRunCites_PassagesAreRenumberedAndWrongMarkersDisarmed()
    {
        IReadOnlyList<Passage> passages = [new("a.md", "Alpha."), new("b.md", "Beta.")];
        IReadOnlyList<Passage> known = [new("z.md", "Zeta."), new("b.md", "Beta.")];
        ScriptedChatClient desk = new(
            Calls(("test-search", new { query = "x" })), Calls(("agent-ask_research", new { request = "find" })), Says("All: [1] [2] [3]."));
        var house = new AgentHouse(new MemoryJournal())
            .Add("desk", desk, asks: ["research"], tools: [TestTools.Create("search", ToolEffect.Read, (string query) => known)])
            .Add("research", new ScriptedChatClient(Calls(("test-find", new { query = "y" })), Says("Alpha [1], Beta [2], nonsense [7].")), tools: [TestTools.Create("find", ToolEffect.Read, (string query) => passages)]);

        var result = await house.StartAsync("desk", "search");

        Assert.Contains("Alpha [3], Beta [4], nonsense.", ResultOf(desk, 2), StringComparison.Ordinal);
        Assert.Equal(["z.md", "b.md", "a.md"], result.Citations.Select(citation => citation.Source));
        Assert.Equal(Integrity.Untrusted, (await house.EventsAsync(result.SessionId)).OfType<CallCompleted>().Last().Integrity);
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_SubRunModelFails_IsAResultTheModelReads()
    {
        ScriptedChatClient desk = new(Calls(("agent-ask_research", new { request = "find" })), Says("It failed."));
        var house = new AgentHouse(new MemoryJournal()).Add("desk", desk, asks: ["research"]).Add("research", new ScriptedChatClient(_ => throw new InvalidOperationException("password=hunter2")));

        var result = await house.StartAsync("desk", "search");

        Assert.Equal((RunStatus.Completed, "It failed."), (result.Status, result.Answer));
        Assert.Contains("'research' could not finish", ResultOf(desk, 1), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", ResultOf(desk, 1), StringComparison.Ordinal);
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_AgentsThatAskEachOther_EndAtTheDepthLimit()
    {
        ScriptedChatClient a = new(Calls(("agent-ask_b", new { request = "you" })), Says("a done"));
        ScriptedChatClient b = new(Calls(("agent-ask_a", new { request = "no, you" })), Says("b done"));
        var house = new AgentHouse(new MemoryJournal()) { Depth = 3 }.Add("a", a, asks: ["b"]).Add("b", b, asks: ["a"]);

        var result = await house.StartAsync("a", "go");

        Assert.Equal((RunStatus.Completed, "a done"), (result.Status, result.Answer));
        Assert.Equal(3, (await house.RunsAsync()).Count);
        Assert.Contains(a.Requests, request => request[^1].Contents.OfType<FunctionResultContent>().Any(call => call.Result!.ToString()!.Contains("at most 3 deep", StringComparison.Ordinal)));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_ChildThatLoops_EndsWithTheRestOfTheRunAbove()
    {
        var look = TestTools.Create("look", ToolEffect.Read, () => "nothing new");
        var house = new AgentHouse(new MemoryJournal())
            .Add("desk", new ScriptedChatClient(Calls(("agent-ask_looper", new { request = "go" })), Says("Enough.")), asks: ["looper"], limits: new AgentLimits { Steps = 6 })
            .Add("looper", new ScriptedChatClient(Calls(("test-look", null))), tools: [look], limits: new AgentLimits { Steps = 10_000 });

        var result = await house.StartAsync("desk", "go");

        var looper = await house.RunOfAsync("looper");
        Assert.Equal(RunStatus.Stopped, looper.Status);
        var started = (RunStarted)(await house.EventsAsync(looper.SessionId))[0];
        Assert.Equal(5, started.Limits!.Steps);

        // Five steps of the rest and the wrap-up, then the run above is at its limit, too.
        Assert.Equal((RunStatus.Stopped, "6 steps"), (result.Status, result.Limit));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_CallerCancels_SubRunStopsTooAndResumeGoesOnWithTheSameOne()
    {
        using CancellationTokenSource caller = new();
        var house = House(seen =>
        {
            caller.Cancel();
            throw new OperationCanceledException(caller.Token);
        });
        var interrupted = await house.StartAsync("desk", "go", cancellationToken: caller.Token);
        Assert.Equal((RunStatus.Interrupted, false), (interrupted.Status, interrupted.Failed));
        Assert.Equal(RunStatus.Interrupted, (await house.RunOfAsync("research")).Status);

        var next = House(Says("Seven."), house.Journal);
        var result = await next.ResumeAsync(interrupted.RunId);

        Assert.Equal((RunStatus.Completed, "It is seven."), (result.Status, result.Answer));
        Assert.Equal(2, (await next.RunsAsync()).Count);
        await AssertReplaysAsync(next);
    }

    [Fact]
    public async Task Resume_AgentOfAParkedSubRunIsGone_InterruptsAndGoesOnOnceItIsBack()
    {
        var house = ThreeLevels();
        var parked = await house.StartAsync("top", "pay 5");
        await house.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);

        var without = ThreeLevels(house.Journal, broken: "bottom");
        var interrupted = await without.ResumeAsync(parked.RunId);
        Assert.Equal((RunStatus.Interrupted, true, 0), (interrupted.Status, interrupted.Failed, _paid));
        Assert.Contains("'bottom'", interrupted.Interruption, StringComparison.Ordinal);

        var result = await ThreeLevels(house.Journal).ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, 5), (result.Status, _paid));
        await AssertReplaysAsync(ThreeLevels(house.Journal));
    }

    [Fact]
    public async Task Resume_TheRunAboveMayNotAskTheAgentAnyMore_SubRunsAreEndedAndAskNobody()
    {
        var house = ThreeLevels();
        var parked = await house.StartAsync("top", "pay 5");
        var next = ThreeLevels(house.Journal);
        next.Policy = Deny("agent/middle");

        var result = await next.ResumeAsync(parked.RunId);

        // Nobody answered, so nothing was taken up; once something is, the policy of today decides.
        Assert.Equal(RunStatus.WaitingForApproval, result.Status);
        await next.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);
        result = await next.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, 0), (result.Status, _paid));
        Assert.Equal(RunStatus.Cancelled, (await next.RunOfAsync("middle")).Status);
        Assert.Equal(RunStatus.Cancelled, (await next.RunOfAsync("bottom")).Status);
    }

    [Fact]
    public async Task Start_AgentThatIsAskedCannotBeUsed_IsAResultTheModelReads()
    {
        var house = ThreeLevels(broken: "bottom");

        var result = await house.StartAsync("top", "pay 5");

        Assert.Equal((RunStatus.Completed, "top done"), (result.Status, result.Answer));
        Assert.Equal(2, (await house.RunsAsync()).Count);
    }

    [Fact]
    public async Task Start_PolicyDeniesAnAgent_NoSubRunBegins()
    {
        ScriptedChatClient desk = new(Calls(("agent-ask_research", new { request = "find" })), Says("I may not."));
        var house = new AgentHouse(new MemoryJournal()) { Policy = Deny("agent/research") }.Add("desk", desk, asks: ["research"]).Add("research", new ScriptedChatClient(Says("Seven.")));

        var result = await house.StartAsync("desk", "go");

        Assert.Equal(1, result.DeniedByPolicy);
        Assert.Single(await house.RunsAsync());
    }

    [Theory]
    [InlineData("‮Überweisung 中文 🎉")]
    [InlineData("[1] [[2]] \u0000 \\u0000")]
    public async Task Start_RequestAndAnswerOfAnyCharacters_ArePassedOnAsTheyAre(string text)
    {
        ScriptedChatClient desk = new(Calls(("agent-ask_research", new { request = text })), Says("ok"));
        var house = new AgentHouse(new MemoryJournal()).Add("desk", desk, asks: ["research"]).Add("research", new ScriptedChatClient(seen => Says(seen[^1].Text)(seen)));

        await house.StartAsync("desk", "go");

        Assert.Equal(text, (await house.RunOfAsync("research")).Request);
        Assert.Equal(text.Replace("[1]", "(1)", StringComparison.Ordinal).Replace("[2]", "(2)", StringComparison.Ordinal), ResultOf(desk, 1));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Replay_RunAndSubRunsThatParkedAndWentOn_AreEqual()
    {
        var house = ThreeLevels();
        var parked = await house.StartAsync("top", "pay 5");
        await house.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);
        await house.ResumeAsync(parked.RunId);

        await AssertReplaysAsync(house);
    }

    private static async Task AssertReplaysAsync(AgentHouse house)
    {
        foreach (var run in await house.RunsAsync())
        {
            var report = await new RunReplay(house, house.Journal).ReplayAsync(run.RunId, TestContext.Current.CancellationToken);
            Assert.True(report.IsEqual, $"{run.Agent}: {string.Join("\n", report.Differences)}\n{string.Join("\n", report.Notes)}");
            Assert.Equal(report.RecordedEvents, report.ReplayedEvents);
        }
    }

    private static async Task<int> CountAsync(AgentHouse house)
    {
        var count = 0;
        foreach (var run in await house.RunsAsync())
        {
            count += (await house.EventsAsync(run.SessionId)).Count;
        }

        return count;
    }

    private static string? ResultOf(ScriptedChatClient model, int request) =>
        model.Requests[request][^1].Contents.OfType<FunctionResultContent>().Last().Result?.ToString();

    private static KernelHost.Policy.PolicyDocument Deny(string tool) => KernelHost.Policy.PolicyDocument.Parse(
        $"version: 1\nrules:\n  - {{ id: no, decision: deny, tools: [{tool}], reason: No., match: [ {{ tool: {tool}, arguments: {{ request: x }} }} ] }}", "test");

    private static AgentHouse House(Func<IReadOnlyList<ChatMessage>, ChatResponse> research, JournalStore? journal = null) => new AgentHouse(journal ?? new MemoryJournal())
        .Add("desk", new ScriptedChatClient(Calls(("agent-ask_research", new { request = "Find 7." })), Says("It is seven.")), asks: ["research"])
        .Add("research", new ScriptedChatClient(research));

    private AgentHouse ThreeLevels(JournalStore? journal = null, string? broken = null) => new AgentHouse(journal ?? new MemoryJournal()) { Broken = broken }
        .Add("top", new ScriptedChatClient(Calls(("agent-ask_middle", new { request = "pay" })), Says("top done")), asks: ["middle"])
        .Add("middle", new ScriptedChatClient(Calls(("agent-ask_bottom", new { request = "pay" })), Says("middle done")), asks: ["bottom"])
        .Add("bottom", new ScriptedChatClient(Calls(("test-pay", new { amount = 5 })), Says("bottom done")), tools: [Pay()]);

    private KernelHost.Catalog.Tool Pay() => TestTools.Create("pay", ToolEffect.Once, (int amount) => $"paid {_paid += amount}");
}
