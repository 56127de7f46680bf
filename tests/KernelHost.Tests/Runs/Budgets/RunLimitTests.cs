using KernelHost.Agents;
using KernelHost.Models;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using KernelHost.Text;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Budgets;

public sealed class RunLimitTests
{
    private int _looks;
    private int _sends;

    [Fact]
    public async Task Money_Spent_RunStopsBeforeTheCallThatWouldNotFit()
    {
        ScriptedChatClient model = new(Look());
        var host = Host(model, new AgentLimits { Money = new Money(300_000, "USD") });

        var result = await host.StartAsync("look for ever");

        Assert.Equal((RunStatus.Stopped, "0.30 USD"), (result.Status, result.Limit));
        Assert.InRange(result.Usage.CostMicros, 1, 300_000);
        Assert.Equal(model.Requests.Count * 20_000, result.Usage.CostMicros);
        Assert.All(model.Options, options => Assert.InRange(options!.MaxOutputTokens!.Value, ModelPlan.SmallestAnswer, 150));
    }

    [Fact]
    public async Task OutputTokens_Left_AreTheMostTheModelIsAllowedToWrite()
    {
        ScriptedChatClient model = new(Look(), Says("Seen."));
        var host = Host(model, new AgentLimits { OutputTokens = 500 });

        await host.StartAsync("look");

        Assert.Equal([500, 495], model.Options.Select(options => options!.MaxOutputTokens!.Value));
    }

    [Fact]
    public async Task Answer_NoLimitNear_TheModelIsToldNothing()
    {
        ScriptedChatClient model = new(Says("Hello."));

        await Host(model, new AgentLimits()).StartAsync("hi");

        Assert.Null(model.Options[0]!.MaxOutputTokens);
    }

    [Fact]
    public async Task InputTokens_TheHistoryGrows_RunStopsAtTheEstimateOfWhatComesNext()
    {
        ScriptedChatClient model = new(Look());
        var host = Host(model, new AgentLimits { InputTokens = 200 });

        var result = await host.StartAsync("look for ever");

        Assert.Equal((RunStatus.Stopped, "200 input tokens"), (result.Status, result.Limit));
        Assert.InRange(result.Usage.InputTokens, 1, 200);
    }

    [Fact]
    public async Task Usage_TheProviderDoesNotCount_IsGuessedAndCharged()
    {
        ScriptedChatClient model = new(_ => new ChatResponse(new ChatMessage(ChatRole.Assistant, new string('a', 3000))));
        var host = Host(model, new AgentLimits());

        var result = await host.StartAsync("write much");

        var reply = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<ModelReplied>());
        Assert.True(reply.Estimated);
        Assert.Equal((1004, reply.InputTokens * 1000 + 1004 * 2000), (reply.OutputTokens, reply.CostMicros!.Value));
        Assert.True(reply.InputTokens > 0);
    }

    [Fact]
    public async Task Tools_BoundedByName_OnlyTheirCallsAreRefused()
    {
        ScriptedChatClient model = new(Calls(("test-send", null), ("test-send", null), ("test-look", null)), Says("Sent."));
        var host = Host(model, new AgentLimits { Tools = new Dictionary<string, int> { ["test/send"] = 1 } });

        var result = await host.StartAsync("send twice");

        Assert.Equal((RunStatus.Completed, 1, 1), (result.Status, _sends, _looks));
        var refused = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>());
        Assert.Equal((CallFailure.Limit, "Not made: the run has reached its limit of 1 call of 'test/send'."), (refused.Failure, refused.Error));
    }

    [Fact]
    public async Task BytesOut_ArgumentsThatLeave_AreCountedAndBounded()
    {
        ScriptedChatClient model = new(Calls(("test-send", new { text = new string('a', 50) })), Calls(("test-send", new { text = new string('b', 60) })), Says("Sent."));
        var host = Host(model, new AgentLimits { BytesOut = 120 });

        var result = await host.StartAsync("send much");

        Assert.Equal((1, "Not made: the run has reached its limit of 120 bytes sent out."), (_sends, Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>()).Error));
        Assert.InRange(result.Usage.BytesOut, 50, 70);
    }

    [Fact]
    public async Task ApprovalPrompts_Used_FurtherQuestionsAreRefusedUnasked()
    {
        ScriptedChatClient model = new(Calls(("test-send", new { text = "a" }), ("test-send", new { text = "b" })), Says("Sent."));
        var host = new BudgetHost(new MemoryJournal(), model, Tools()) { Limits = new AgentLimits { ApprovalPrompts = 1 }, Policy = KernelHost.Policy.PolicyDocument.Default };

        var result = await host.StartAsync("send twice");

        Assert.Equal((RunStatus.WaitingForApproval, 1), (result.Status, result.Approvals.Count));
        Assert.Equal("Not made: the run has reached its limit of 1 approval prompts.", Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>()).Error);
    }

    [Fact]
    public async Task Crash_WhileTheModelIsAsked_IsChargedAsReservedSoThatACrashLoopEnds()
    {
        var disk = new MemoryJournal();
        for (var process = 0; process < 100; process++)
        {
            var model = new ScriptedChatClient(_ => throw new ProcessCrash());
            var host = new BudgetHost(new CrashingJournal(disk, eventsUntilCrash: 1), model, Tools()) { Limits = new AgentLimits { Tokens = 30_000 } };
            var known = await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken);
            try
            {
                var result = known.Count == 0 ? await host.StartAsync("hi") : await host.ResumeAsync(known[0].RunId);
                Assert.Fail($"The process outlived its model: {result.Status}.");
            }
            catch (ProcessCrash) when (model.Requests.Count == 0)
            {
                // No model was asked any more: the run stopped, and its last event met the end of this process.
                var events = await host.EventsAsync(known[0].SessionId);
                Assert.InRange(events.OfType<RunResumed>().Sum(resumed => (resumed.Charged?.InputTokens + resumed.Charged?.OutputTokens) ?? 0), 25_000, 30_000);
                Assert.InRange(process, 3, 6);
                return;
            }
            catch (ProcessCrash)
            {
            }
        }

        Assert.Fail("The crashes never ended.");
    }

    [Fact]
    public async Task Resume_NoModelCanHaveBeenAsked_NothingIsCharged()
    {
        var disk = new MemoryJournal();
        var model = new ScriptedChatClient(Calls(("test-send", null)), Says("Sent."));
        var dying = new BudgetHost(new CrashingJournal(disk, eventsUntilCrash: 4), model, Tools());
        await Assert.ThrowsAsync<ProcessCrash>(() => dying.StartAsync("send"));
        var run = Assert.Single(await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));

        var host = new BudgetHost(disk, model, Tools());
        await host.ResumeAsync(run.RunId);

        Assert.Null(Assert.Single((await host.EventsAsync(run.SessionId)).OfType<RunResumed>()).Charged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Interrupted_ModelFailed_IsChargedOnlyWhenItMayBeBilled(bool billed)
    {
        ScriptedChatClient model = new(_ => throw new ModelException(ModelErrorKind.Temporary, "openai", "gpt", "It broke.") { MayBeBilled = billed });
        var host = Host(model, new AgentLimits { OutputTokens = 200 });

        var result = await host.StartAsync("hi");

        var charged = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<RunInterrupted>()).Charged;
        Assert.Equal(billed ? 200 : null, charged?.OutputTokens);
        Assert.Equal(charged?.OutputTokens ?? 0, result.Usage.OutputTokens);
    }

    private static Func<IReadOnlyList<ChatMessage>, ChatResponse> Look() => Calls(("test-look", null));

    private BudgetHost Host(ScriptedChatClient model, AgentLimits limits) => new(new MemoryJournal(), model, Tools()) { Limits = limits };

    private KernelHost.Catalog.Tool[] Tools() =>
    [
        TestTools.Create("look", ToolEffect.Read, () => $"look {Interlocked.Increment(ref _looks)}"),
        TestTools.Create("send", ToolEffect.Once, (string? text = null) => $"sent {++_sends} {text?.Length}", egress: true),
    ];
}
