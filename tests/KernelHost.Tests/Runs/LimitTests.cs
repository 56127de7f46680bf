using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Models;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs;

public sealed class LimitTests
{
    private int _looks;

    [Fact]
    public async Task Steps_Reached_ModelWrapsUpWithoutTools()
    {
        ScriptedChatClient model = new(Look(), Look(), Says("This is what I know."));
        var host = Host(model, new AgentLimits { Steps = 2 });

        var result = await host.StartAsync("look for ever");

        Assert.Equal((RunStatus.Stopped, "2 steps", "This is what I know."), (result.Status, result.Limit, result.Answer));
        Assert.Equal(ChatToolMode.None, model.Options[^1]?.ToolMode);
    }

    [Fact]
    public async Task Steps_ModelProposesCallsEvenWhenWrappingUp_TheyAreNotMade()
    {
        var host = Host(new ScriptedChatClient(Look()), new AgentLimits { Steps = 2 });

        var result = await host.StartAsync("look for ever");

        Assert.Equal((RunStatus.Stopped, 2), (result.Status, _looks));
        Assert.Contains("2 steps", result.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToolCalls_ReachedInsideAReply_TheRestIsClosedAndTheRunEndsWithAnAnswer()
    {
        ScriptedChatClient model = new(Calls(("test-look", null), ("test-look", null), ("test-look", null)), Says("Enough."));
        var host = Host(model, new AgentLimits { ToolCalls = 2 });

        var result = await host.StartAsync("look thrice");

        Assert.Equal((RunStatus.Stopped, 2, "Enough."), (result.Status, _looks, result.Answer));
        Assert.Single(await host.EventsAsync(result.SessionId), runEvent => runEvent is CallFailed { Failure: CallFailure.Limit });
    }

    [Fact]
    public async Task Tokens_Spent_HostAnswersWithoutSpendingMore()
    {
        ScriptedChatClient model = new(Look());
        var host = Host(model, new AgentLimits { Tokens = 200 });

        var result = await host.StartAsync("look for ever");

        Assert.Equal((RunStatus.Stopped, "200 tokens", result.Usage.Steps), (result.Status, result.Limit, model.Requests.Count));
        Assert.InRange(result.Usage.InputTokens + result.Usage.OutputTokens, 15, 200);
        Assert.Contains("Last result", result.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WallTime_SpentByAHangingRead_RunStopsWithAnAnswerAndTheCallHasAnOutcome()
    {
        var started = new TaskCompletionSource();
        var hang = TestTools.Create("hang", ToolEffect.Read, async (CancellationToken cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "never";
        });
        var host = new RunHost(new MemoryJournal(), new ScriptedChatClient(Calls(("test-hang", null))), hang) { Limits = new AgentLimits { WallTime = TimeSpan.FromSeconds(30) } };

        var running = host.StartAsync("hang");
        await started.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        var result = await running;

        Assert.Equal((RunStatus.Stopped, "30 seconds of work"), (result.Status, result.Limit));
        Assert.Single(await host.EventsAsync(result.SessionId), runEvent => runEvent is CallFailed);
    }

    [Fact]
    public async Task WallTime_WaitingForAHuman_DoesNotCount()
    {
        var pay = TestTools.Create("pay", ToolEffect.Once, () => "paid");
        var host = new RunHost(new MemoryJournal(), new ScriptedChatClient(Calls(("test-pay", null)), Says("Paid.")), pay) { Limits = new AgentLimits { WallTime = TimeSpan.FromSeconds(30) } };
        var parked = await host.StartAsync("pay");

        host.Clock.Advance(TimeSpan.FromDays(3));
        await host.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);
        var result = await host.ResumeAsync(parked.RunId);

        Assert.Equal(RunStatus.Completed, result.Status);
    }

    [Fact]
    public async Task Cancel_WhileAReadRuns_LeavesARunThatResumes()
    {
        using var cancel = new CancellationTokenSource();
        var look = TestTools.Create("look", ToolEffect.Read, async (CancellationToken cancellationToken) =>
        {
            if (_looks++ == 0)
            {
                await cancel.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return "seen";
        });
        var host = new RunHost(new MemoryJournal(), new ScriptedChatClient(Look(), Says("Seen.")), look);

        var cancelled = await host.StartAsync("look", cancellationToken: cancel.Token);
        var resumed = await host.ResumeAsync(cancelled.RunId);

        Assert.Equal((RunStatus.Interrupted, false), (cancelled.Status, cancelled.Failed));
        Assert.Equal((RunStatus.Completed, "Seen.", 2), (resumed.Status, resumed.Answer, _looks));
    }

    [Fact]
    public async Task Cancel_WhileAnEffectRuns_WaitsForItsOutcome()
    {
        using var cancel = new CancellationTokenSource();
        var paid = 0;
        var pay = TestTools.Create("pay", ToolEffect.Once, async () =>
        {
            await cancel.CancelAsync();
            await Task.Yield();
            return $"paid {++paid}";
        });
        var host = new RunHost(new MemoryJournal(), new ScriptedChatClient(Calls(("test-pay", null)), Says("Paid.")), pay);
        var parked = await host.StartAsync("pay");
        await host.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);

        var interrupted = await host.Engine.ResumeAsync(parked.RunId, observer: null, cancel.Token);
        var resumed = await host.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Interrupted, RunStatus.Completed, 1), (interrupted.Status, resumed.Status, paid));
    }

    [Fact]
    public async Task Model_CannotBeReached_RunIsInterruptedWithTheReasonAndResumes()
    {
        var broken = true;
        ScriptedChatClient model = new(seen => broken
            ? throw new ModelException(ModelErrorKind.Temporary, "openai", "gpt", "The model 'gpt' does not answer. Try again later.")
            : Says("Hello.")(seen));
        var host = Host(model, new AgentLimits());

        var interrupted = await host.StartAsync("hi");
        broken = false;
        var resumed = await host.ResumeAsync(interrupted.RunId);

        Assert.Equal((RunStatus.Interrupted, true, "The model 'gpt' does not answer. Try again later."), (interrupted.Status, interrupted.Failed, interrupted.Interruption));
        Assert.Equal((RunStatus.Completed, "Hello."), (resumed.Status, resumed.Answer));
    }

    [Fact]
    public async Task Model_RepliesWithNothing_RunIsInterruptedInsteadOfAnsweringNothing()
    {
        var silent = true;
        ScriptedChatClient model = new(_ => silent ? new ChatResponse([]) : Says("Hello.")(_));
        var host = Host(model, new AgentLimits());

        var result = await host.StartAsync("hi");
        silent = false;
        await host.ResumeAsync(result.RunId);

        Assert.Equal((RunStatus.Interrupted, true), (result.Status, result.Failed));
        Assert.Contains("neither text nor a call", result.Interruption, StringComparison.Ordinal);
        Assert.DoesNotContain(model.Requests[1], message => message.Text.Length == 0);
    }

    [Fact]
    public async Task Reads_ThatNeverAwait_StillRunSideBySide()
    {
        using var both = new Barrier(2);
        var meet = TestTools.Create("meet", ToolEffect.Read, () => both.SignalAndWait(TimeSpan.FromMinutes(1)) ? "met" : "alone");
        ScriptedChatClient model = new(Calls(("test-meet", null), ("test-meet", null)), Says("Done."));

        await new RunHost(new MemoryJournal(), model, meet).StartAsync("meet");

        Assert.Equal(["met", "met"], model.Requests[1][^1].Contents.OfType<FunctionResultContent>().Select(result => result.Result?.ToString()));
    }

    private static Func<IReadOnlyList<ChatMessage>, ChatResponse> Look() => Calls(("test-look", null));

    private RunHost Host(ScriptedChatClient model, AgentLimits limits)
    {
        Tool look = TestTools.Create("look", ToolEffect.Read, () => $"look {Interlocked.Increment(ref _looks)}");
        return new RunHost(new MemoryJournal(), model, look) { Limits = limits };
    }
}
