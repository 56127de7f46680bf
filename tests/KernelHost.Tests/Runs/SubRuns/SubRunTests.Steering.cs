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
    [Fact]
    public async Task Cancel_ParkedThreeLevelsDeep_EndsEveryRunAndItsQuestions()
    {
        var house = ThreeLevels();
        var parked = await house.StartAsync("top", "pay 5");

        await new RunControl(house.Journal, house.Clock).CancelAsync(parked.RunId, "bob", "enough", cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(await house.RunsAsync(), run => Assert.Equal(RunStatus.Cancelled, run.Status));
        Assert.Empty(await house.Journal.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending), TestContext.Current.CancellationToken));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Cancel_WhileTheDeepestModelWorks_EndsEveryRun()
    {
        AgentHouse? house = null;
        Task? cancelled = null;
        ScriptedChatClient bottom = new(seen =>
        {
            cancelled = Task.Run(async () => await new RunControl(house!.Journal, house.Clock).RequestCancelAsync((await house.RunOfAsync("top")).RunId, "bob"));
            cancelled.GetAwaiter().GetResult();
            return Calls(("test-pay", new { amount = 5 }))(seen);
        });
        house = new AgentHouse(new MemoryJournal())
            .Add("top", new ScriptedChatClient(Calls(("agent-ask_middle", new { request = "pay" })), Says("top done")), asks: ["middle"])
            .Add("middle", new ScriptedChatClient(Calls(("agent-ask_bottom", new { request = "pay" })), Says("middle done")), asks: ["bottom"])
            .Add("bottom", bottom, tools: [Pay()]);

        var result = await house.StartAsync("top", "pay 5");

        Assert.Equal((RunStatus.Cancelled, 0), (result.Status, _paid));
        Assert.All(await house.RunsAsync(), run => Assert.Equal(RunStatus.Cancelled, run.Status));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Pause_WhileTheDeepestWorks_PausesEveryRunAndResumeFinishesThem()
    {
        AgentHouse? house = null;
        var asked = 0;
        AgentHouse Build(JournalStore journal) => new AgentHouse(journal)
            .Add("top", new ScriptedChatClient(Calls(("agent-ask_middle", new { request = "look" })), Says("top done")), asks: ["middle"])
            .Add("middle", new ScriptedChatClient(Calls(("agent-ask_bottom", new { request = "look" })), Says("middle done")), asks: ["bottom"])
            .Add("bottom", new ScriptedChatClient(Calls(("test-look", null)), Says("bottom done")), tools: [TestTools.Create("look", ToolEffect.Read, async () =>
            {
                if (asked++ == 0)
                {
                    await new RunControl(house!.Journal, house.Clock).RequestPauseAsync((await house.RunOfAsync("bottom")).RunId, "bob");
                }

                return "seen";
            })]);
        house = Build(new MemoryJournal());

        var paused = await house.StartAsync("top", "look");

        Assert.Equal((RunStatus.Paused, "bob"), (paused.Status, paused.PausedBy));
        Assert.All(await house.RunsAsync(), run => Assert.Equal(RunStatus.Paused, run.Status));
        var next = Build(house.Journal);
        var result = await next.ResumeAsync(paused.RunId);
        Assert.Equal((RunStatus.Completed, "top done", 1), (result.Status, result.Answer, asked));
        Assert.All(await next.RunsAsync(), run => Assert.Equal(RunStatus.Completed, run.Status));
        await AssertReplaysAsync(next);
    }

    [Fact]
    public async Task Fork_WhereAnAgentIsAsked_LeavesTheOriginalsSubRunsAlone()
    {
        var house = ThreeLevels();
        var parked = await house.StartAsync("top", "pay 5");
        var token = TestContext.Current.CancellationToken;

        var fork = await new RunControl(house.Journal, house.Clock).ForkAsync(parked.RunId, "bob", cancellationToken: token);
        var forked = await house.ResumeAsync(fork.RunId!);

        Assert.Equal((RunStatus.Completed, "top done", 0), (forked.Status, forked.Answer, _paid));
        Assert.All((await house.RunsAsync()).Where(run => run.RunId != fork.RunId), run => Assert.Equal(RunStatus.WaitingForApproval, run.Status));
        await house.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);
        Assert.Equal((RunStatus.Completed, 5), ((await house.ResumeAsync(parked.RunId)).Status, _paid));

        // A copy of a sub-run is a run of its own.
        var bottom = await new RunControl(house.Journal, house.Clock).ForkBeforeAsync((await house.RunOfAsync("bottom")).RunId, "bob", token);
        Assert.Null(bottom.RunId);
    }

    [Fact]
    public async Task Cancel_OfASubRun_IsAResultTheRunAboveReads()
    {
        var house = ThreeLevels();
        var parked = await house.StartAsync("top", "pay 5");
        await new RunControl(house.Journal, house.Clock).CancelAsync((await house.RunOfAsync("bottom")).RunId, "bob", "not today", cancellationToken: TestContext.Current.CancellationToken);

        var result = await house.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, "top done", 0), (result.Status, result.Answer, _paid));
        Assert.Contains("not today", (await house.EventsAsync((await house.RunOfAsync("middle")).SessionId)).OfType<CallFailed>().Single().Error, StringComparison.Ordinal);
        await AssertReplaysAsync(house);
    }
}
