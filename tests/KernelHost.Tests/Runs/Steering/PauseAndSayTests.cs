using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Steering;

public sealed class PauseAndSayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pause_RunThatWorks_FinishesTheCallAndLetsGoBeforeTheNext()
    {
        MemoryJournal journal = new();
        RunControl control = new(journal);
        List<string> made = [];
        Task<RunSummary>? pausing = null;
        var host = new RunHost(
            journal,
            new ScriptedChatClient(Calls(("test-save", null), ("test-save", null)), Says("Saved.")),
            TestTools.Create("save", ToolEffect.Idempotent, async (ToolContext context) =>
            {
                made.Add(context.CallId);
                TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                pausing ??= control.PauseAsync(context.RunId, "carol", "lunch", waiting.SetResult, CancellationToken.None);
                await (made.Count == 1 ? waiting.Task : Task.CompletedTask);
                return "saved";
            }));
        var result = await RunApprovedAsync(host);

        Assert.Equal((RunStatus.Paused, "carol", "lunch"), (result.Status, result.PausedBy, result.PauseReason));
        Assert.Equal(["1.1"], made);
        Assert.Equal(RunStatus.Paused, (await pausing!).Status);

        var resumed = await host.ResumeAsync(result.RunId);
        Assert.Equal((RunStatus.Completed, "Saved.", null), (resumed.Status, resumed.Answer, resumed.PausedBy));
        Assert.Equal(["1.1", "1.2"], made);
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Pause_RunThatNobodyWorksOn_IsLeftAsItIs()
    {
        MemoryJournal journal = new();
        var parked = await new RunHost(journal, new ScriptedChatClient(Calls(("test-pay", null))), TestTools.Create("pay", ToolEffect.Once, () => "paid")).StartAsync("pay");
        var length = await journal.LastSequenceAsync(parked.SessionId, Token);

        Assert.Equal(RunStatus.WaitingForApproval, (await new RunControl(journal).PauseAsync(parked.RunId, "carol", cancellationToken: Token)).Status);
        Assert.Equal(length, await journal.LastSequenceAsync(parked.SessionId, Token));

        await new RunControl(journal).CancelAsync(parked.RunId, "carol", cancellationToken: Token);
        await Assert.ThrowsAsync<RunException>(() => new RunControl(journal).PauseAsync(parked.RunId, "carol", cancellationToken: Token));
    }

    [Fact]
    public async Task Say_AsTheModelAnswers_TheRunGoesOnInsteadOfLosingIt()
    {
        MemoryJournal disk = new();
        var said = false;
        var journal = new InterposedJournal(disk, async events =>
        {
            if (!said && events.Any(runEvent => runEvent is RunCompleted))
            {
                said = true;
                await new RunControl(disk).SayAsync(events[0].RunId, "carol", "in Euro, bitte", Token);
            }
        });
        var model = new ScriptedChatClient(seen => Says(seen[^1].Text.Contains("Euro", StringComparison.Ordinal) ? "9 €" : "10 $")(seen));
        var host = new RunHost(journal, model);

        var result = await host.StartAsync("how much?");

        Assert.Equal((RunStatus.Completed, "9 €", 2), (result.Status, result.Answer, result.Usage.Steps));
        Assert.Equal([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.User], model.Requests[^1].Select(message => message.Role));
        var events = await host.EventsAsync(result.SessionId);
        Assert.Single(events, runEvent => runEvent is RunCompleted);
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(runEvent => (int)runEvent.Sequence));
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Say_ToAParkedRun_IsReadBehindTheResults()
    {
        MemoryJournal journal = new();
        var model = new ScriptedChatClient(Calls(("test-pay", null)), Says("Paid."));
        var host = new RunHost(journal, model, TestTools.Create("pay", ToolEffect.Once, () => "paid"));
        var parked = await host.StartAsync("pay");
        await new RunControl(journal).SayAsync(parked.RunId, "carol", "and tell me the number", Token);
        await host.AnswerAsync(parked.Approvals.Single().ApprovalId, ApprovalAnswer.Approved);

        await host.ResumeAsync(parked.RunId);

        Assert.Equal([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.User], model.Requests[1].Select(message => message.Role));
    }

    [Fact]
    public async Task Say_TooLateForALimit_IsReadWithTheNextRequest()
    {
        MemoryJournal journal = new();
        var host = new RunHost(journal, new ScriptedChatClient(Calls(("test-pay", null))), TestTools.Create("pay", ToolEffect.Once, () => "paid"));
        var parked = await host.StartAsync("pay");
        await new RunControl(journal).SayAsync(parked.RunId, "carol", "stop it", Token);
        await new RunControl(journal).CancelAsync(parked.RunId, "carol", cancellationToken: Token);

        var messages = await Conversations.AssertGoesOnAsync(journal, parked.SessionId);

        Assert.Equal(["stop it", "and now?"], messages.TakeLast(2).Select(message => message.Text));
        var refused = await Assert.ThrowsAsync<RunException>(() => new RunControl(journal).SayAsync(parked.RunId, "carol", "more", Token));
        Assert.Contains($"--session {parked.SessionId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_InAnotherPrincipalsSession_IsRefused()
    {
        MemoryJournal journal = new();
        var host = new RunHost(journal, new ScriptedChatClient(Says("Hello.")));
        var first = await host.StartAsync("hello");

        var other = await Assert.ThrowsAsync<RunException>(() => host.Engine.StartAsync(new RunRequest(RunHost.Agent, "show me", "mallory") { SessionId = first.SessionId }, null, Token));

        Assert.Contains("belongs to 'alice'", other.Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Completed, (await host.StartAsync("again", first.SessionId)).Status);
    }

    // Approves what is asked, and goes on with it.
    private static async Task<RunResult> RunApprovedAsync(RunHost host)
    {
        var result = await host.StartAsync("save it");
        foreach (var approval in result.Approvals)
        {
            await host.AnswerAsync(approval.ApprovalId, ApprovalAnswer.Approved);
        }

        return result.Approvals.Count == 0 ? result : await host.ResumeAsync(result.RunId);
    }
}
