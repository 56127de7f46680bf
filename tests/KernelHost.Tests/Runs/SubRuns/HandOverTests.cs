using KernelHost.Agents;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.SubRuns;

public sealed class HandOverTests : IDisposable
{
    private readonly ScriptedChatClient _desk = new(Calls(("agent-hand_over_to_billing", new { reason = "It is about money." })), Says("desk done"));
    private readonly HashSet<string> _paid = [];

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task Start_HandedOver_TheRunGoesOnUnderTheOtherAgentWithTheConversation()
    {
        ScriptedChatClient billing = new(Calls(("never", null)), Calls(("test-look", null)), Says("billing done"));
        var house = House(billing);

        var result = await house.StartAsync("desk", "What do I owe?");

        Assert.Equal((RunStatus.Completed, "billing done", "billing"), (result.Status, result.Answer, result.Agent));
        Assert.Equal(["You are billing.", "What do I owe?"], billing.Requests[0].Take(2).Select(message => message.Text));
        Assert.Equal([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.Tool], billing.Requests[0].Select(message => message.Role));
        var handed = (await house.EventsAsync(result.SessionId)).OfType<HandedOver>().Single();
        Assert.Equal(("desk", "billing", "It is about money.", "You are billing."), (handed.From, handed.To, handed.Reason, handed.Instructions));
        Assert.Single(await house.RunsAsync());
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_LaterRunOfTheSession_BeginsWithWhoHasTheConversation()
    {
        var house = House(Billing());
        var first = await house.StartAsync("desk", "What do I owe?");

        var second = await House(new ScriptedChatClient(Says("billing again")), house.Journal).StartAsync("desk", "And now?", first.SessionId);

        Assert.Equal(("billing", "billing again"), (second.Agent, second.Answer));
        Assert.Equal("billing", (await house.EventsAsync(first.SessionId)).OfType<RunStarted>().Last().Agent);
    }

    [Fact]
    public async Task Start_LaterRunNamesAnAgentThatHasNeverHadIt_IsRefused()
    {
        var house = House(Billing()).Add("manager", new ScriptedChatClient(Says("manager here")));
        var first = await house.StartAsync("desk", "What do I owe?");

        var refusal = await Assert.ThrowsAsync<RunException>(() => house.StartAsync("manager", "And now?", first.SessionId));

        Assert.Contains("agent 'billing', not with 'manager'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AgentsThatPassItBackAndForth_EndAtTheBound()
    {
        // After the bound the model that has it reads why it may not pass it on, and answers.
        static Func<IReadOnlyList<ChatMessage>, ChatResponse> PassTo(string other) => seen =>
            seen[^1].Contents.OfType<FunctionResultContent>().Any(result => result.Result!.ToString()!.Contains("that is enough", StringComparison.Ordinal))
                ? Says("I keep it.")(seen)
                : Calls(($"agent-hand_over_to_{other}", new { reason = "yours" }))(seen);
        var house = new AgentHouse(new MemoryJournal())
            .Add("a", new ScriptedChatClient(PassTo("b")), handsTo: ["b"])
            .Add("b", new ScriptedChatClient(PassTo("a")), handsTo: ["a"]);

        var result = await house.StartAsync("a", "go");

        Assert.Equal((RunStatus.Completed, "I keep it.", "b"), (result.Status, result.Answer, result.Agent));
        Assert.Equal(5, (await house.EventsAsync(result.SessionId)).OfType<HandedOver>().Count());
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_TwoHandOversInOneReply_TheFirstCounts()
    {
        ScriptedChatClient desk = new(Calls(("agent-hand_over_to_billing", new { reason = "a" }), ("agent-hand_over_to_manager", new { reason = "b" })), Says("desk"));
        var house = new AgentHouse(new MemoryJournal())
            .Add("desk", desk, handsTo: ["billing", "manager"]).Add("billing", new ScriptedChatClient(Says("x"), Says("billing done"))).Add("manager", new ScriptedChatClient(Says("manager")));

        var result = await house.StartAsync("desk", "go");

        Assert.Equal(("billing", "billing done"), (result.Agent, result.Answer));
        Assert.Contains("'billing' already", (await house.EventsAsync(result.SessionId)).OfType<CallFailed>().Single().Error, StringComparison.Ordinal);
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_ASiblingWaits_TheHandOverTakesEffectWhenTheRoundIsWhole()
    {
        ScriptedChatClient desk = new(Calls(("agent-hand_over_to_billing", new { reason = "a" }), ("test-pay", null)), Says("desk"));
        var house = new AgentHouse(new MemoryJournal()).Add("desk", desk, handsTo: ["billing"], tools: [Pay()]).Add("billing", new ScriptedChatClient(Says("x"), Says("billing done")));
        var parked = await house.StartAsync("desk", "go");
        Assert.Equal((RunStatus.WaitingForApproval, "desk"), (parked.Status, parked.Agent));
        await house.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);

        var result = await house.ResumeAsync(parked.RunId);

        // The desk's tool, under the desk's policy; the answer is billing's.
        Assert.Equal(("billing", "billing done", 1), (result.Agent, result.Answer, _paid.Count));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_WhatTheFirstAgentUsed_CountsForTheSecond()
    {
        var house = new AgentHouse(new MemoryJournal())
            .Add("desk", _desk, handsTo: ["billing"])
            .Add("billing", new ScriptedChatClient(Calls(("test-look", null))), tools: [Look()], limits: new AgentLimits { Steps = 3 });

        var result = await house.StartAsync("desk", "go");

        // One step of the desk's and two of its own.
        Assert.Equal((RunStatus.Stopped, "3 steps", 3), (result.Status, result.Limit, result.Usage.Steps));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_TheOtherAgentCannotBeUsed_TheModelReadsIt()
    {
        var house = new AgentHouse(new MemoryJournal()) { Broken = "billing" }.Add("desk", _desk, handsTo: ["billing"]).Add("billing", Billing());

        var result = await house.StartAsync("desk", "go");

        Assert.Equal(("desk", "desk done"), (result.Agent, result.Answer));
        Assert.Contains("'billing' cannot be used", _desk.Requests[1][^1].Contents.OfType<FunctionResultContent>().Single().Result!.ToString(), StringComparison.Ordinal);
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_ASubRunHandsOver_TheOtherAgentsAnswerComesBack()
    {
        var house = House(Billing()).Add("top", new ScriptedChatClient(Calls(("agent-ask_desk", new { request = "ask" })), Says("top done")), asks: ["desk"]);

        var result = await house.StartAsync("top", "go");

        Assert.Equal(("top", "top done"), (result.Agent, result.Answer));
        Assert.Equal("billing done", (await house.EventsAsync(result.SessionId)).OfType<CallCompleted>().Single().Result?.ToString());
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Run_CrashBeforeAnyEvent_GoesOnUnderWhoHasTheConversation()
    {
        for (var crash = 0; ; crash++)
        {
            _paid.Clear();
            MemoryJournal disk = new();
            CrashingJournal journal = new(disk, crash);
            try
            {
                var first = Paying(journal);
                await FinishAsync(first, await first.StartAsync("desk", "go"));
            }
            catch (ProcessCrash)
            {
            }

            var house = Paying(disk);
            var runs = await house.RunsAsync();
            var result = await FinishAsync(house, runs.Count == 0 ? await house.StartAsync("desk", "go") : await house.ResumeAsync(runs[0].RunId));
            Assert.Equal((RunStatus.Completed, "billing", "billing done", 1), (result.Status, result.Agent, result.Answer, _paid.Count));
            await AssertReplaysAsync(house);
            if (!journal.Crashed)
            {
                return;
            }
        }
    }

    private async Task<RunResult> FinishAsync(AgentHouse house, RunResult result)
    {
        while (result.Status == RunStatus.WaitingForApproval)
        {
            foreach (var approval in result.Approvals)
            {
                await house.AnswerAsync(approval.ApprovalId, approval.Kind == ApprovalKind.Action ? ApprovalAnswer.Approved : _paid.Count > 0 ? ApprovalAnswer.Happened : ApprovalAnswer.DidNotHappen);
            }

            result = await house.ResumeAsync(result.RunId);
        }

        return result;
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

    private AgentHouse Paying(JournalStore journal) => new AgentHouse(journal)
        .Add("desk", _desk, handsTo: ["billing"])
        .Add("billing", new ScriptedChatClient(Says("x"), Calls(("test-pay", null)), Says("billing done")), tools: [Pay()]);

    private AgentHouse House(ScriptedChatClient billing, JournalStore? journal = null) => new AgentHouse(journal ?? new MemoryJournal())
        .Add("desk", _desk, handsTo: ["billing"])
        .Add("billing", billing, tools: [Look()]);

    // The script counts the rounds of the conversation, and the desk has had the first.
    private static ScriptedChatClient Billing() => new(Says("x"), Says("billing done"));

    private static KernelHost.Catalog.Tool Look() => TestTools.Create("look", ToolEffect.Read, () => "seen");

    private KernelHost.Catalog.Tool Pay() => TestTools.Create("pay", ToolEffect.Once, (ToolContext context) =>
    {
        Assert.True(_paid.Add(context.IdempotencyKey));
        return "paid";
    });
}
