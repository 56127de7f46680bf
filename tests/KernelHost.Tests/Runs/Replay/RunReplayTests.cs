using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Models;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Replay;

/// <summary>A replay reproduces runs of every shape, byte for byte, and calls neither model nor tool.</summary>
public sealed class RunReplayTests
{
    private int _invoked;

    [Fact]
    public async Task Replay_ReadsAndAnAnswer_IsEqual() =>
        await CompletesAndReplaysAsync(Host(Calls(("test-look", new { id = 1 })), Calls(("test-look", new { id = 2 })), Says("Seen.")));

    [Fact]
    public async Task Replay_ParallelReadsThatEndedInAnotherOrder_KeepTheRecordedOrderAndDurations()
    {
        var host = Host(Calls(("test-look", new { id = 1 }), ("test-look", new { id = 2 }), ("test-look", new { id = 3 }), ("test-look", new { id = 4 })), Says("All."));
        var result = await host.StartAsync("go");
        var events = (await host.Bound.EventsAsync(result.SessionId)).ToList();
        var ends = events.FindIndex(runEvent => runEvent is CallCompleted);

        // Which of them ends first, and how long each takes, is chance; a test has to say it.
        int[] order = [2, 1, 3, 0];
        var ended = order.Select((call, place) => (RunEvent)Lasting((CallCompleted)events[ends + call], TimeSpan.FromTicks(12_345 * (place + 1))));
        events = [.. events[..ends], .. ended, .. events[(ends + 4)..]];
        MemoryJournal journal = new();
        await journal.AppendAsync(result.SessionId, 0, events, TestContext.Current.CancellationToken);

        await new RunHost(journal, host.Model, [.. host.Tools]).AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Replay_MoreParallelReadsThanSlots_IsEqual()
    {
        var host = Host(new AgentLimits { ParallelCalls = 2 }, Calls([.. Enumerable.Range(1, 9).Select(id => ("test-look", (object?)new { id }))]), Says("All."));
        await CompletesAndReplaysAsync(host);
    }

    [Fact]
    public async Task Replay_Passages_AreNumberedAndCitedAgain()
    {
        IReadOnlyList<Passage> passages = [new("a.md", "Alpha.") { Title = "A", Section = "One" }, new("b.md", "Beta.")];
        var host = Host(Calls(("test-search", new { query = "x" })), Calls(("test-search", new { query = "y" })), Says("Beta [2], and nonsense [9]."));
        host.Tools.Add(TestTools.Create("search", ToolEffect.Read, (string query) => passages));

        await CompletesAndReplaysAsync(host);
    }

    [Fact]
    public async Task Replay_RefusedDeniedAndFailedCalls_AreEqual()
    {
        var host = Host(
            Calls(("test-nothing", null), ("test-look", new { idd = 1 }), ("test-crash", null), ("test-refuse", null)),
            _ => new(new Microsoft.Extensions.AI.ChatMessage(Microsoft.Extensions.AI.ChatRole.Assistant,
            [
                new Microsoft.Extensions.AI.FunctionCallContent("a", "test-look") { Exception = new FormatException() },
                new Microsoft.Extensions.AI.FunctionCallContent("a", "test-look", new Dictionary<string, object?> { ["id"] = default(System.Text.Json.JsonElement) }),
            ])),
            Calls(("test-refuse", null), ("test-pay", new { amount = 5 })),
            Says("It failed."));
        host.Tools.Add(TestTools.Create("crash", ToolEffect.Read, string () => throw new InvalidOperationException("password=hunter2")));
        host.Tools.Add(TestTools.Create("refuse", ToolEffect.Idempotent, string () => throw new ToolException("Order 7 does not exist.")));
        host.Policy = PolicyDocument.Parse(
            "version: 1\nrules:\n  - { id: no-pay, decision: deny, tools: [test/pay] }\n  - { id: go, decision: allow, tools: [test/refuse] }", "test");

        var events = await CompletesAndReplaysAsync(host);

        Assert.Equal(8, events.Count(runEvent => runEvent is CallFailed));
    }

    [Theory]
    [InlineData(ApprovalAnswer.Approved)]
    [InlineData(ApprovalAnswer.Denied)]
    public async Task Replay_ApprovalsAnswered_IsEqual(ApprovalAnswer answer)
    {
        var host = Host(Calls(("test-pay", new { amount = 5 }), ("test-look", new { id = 1 }), ("test-pay", new { amount = 6 })), Says("Done."));
        var parked = await host.StartAsync("pay");
        await host.AssertReplaysAsync(parked.RunId, "parked");

        // Answered at different times, with a resumption between.
        await host.AnswerAsync(parked.Approvals[0].ApprovalId, answer, "because");
        host.Clock.Advance(TimeSpan.FromHours(5));
        await host.AssertReplaysAsync(parked.RunId, "answered");
        var again = await host.ResumeAsync(parked.RunId);
        await host.AnswerAsync(Assert.Single(again.Approvals).ApprovalId, ApprovalAnswer.Approved);
        await CompletedAsync(host, await host.ResumeAsync(parked.RunId));
    }

    [Fact]
    public async Task Replay_AnswerThatArrivesWhileTheRunWorks_IsTakenInAtTheSamePlace()
    {
        RunHost? answering = null;
        var host = Host(new AgentLimits(), Calls(("test-pay", new { amount = 5 }), ("test-answer", null)), Says("Done."));
        host.Tools.Add(TestTools.Create("answer", ToolEffect.Read, async () =>
        {
            var open = await host.Journal.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending), CancellationToken.None);
            await answering!.AnswerAsync(open[0].ApprovalId, ApprovalAnswer.Approved);
            return "answered";
        }));
        answering = host.Bound;

        var parked = await host.StartAsync("pay");

        // The run learns of the answer when it parks, and goes on by itself.
        var events = await CompletedAsync(host, parked);

Assert.True(events.First(runEvent => runEvent is ApprovalDecided).Sequence < events.First(runEvent => runEvent is CallCompleted { CallId: "1.1" }).Sequence);
    }

    [Theory]
    [InlineData(2, 40, 200_000)]
    [InlineData(20, 3, 200_000)]
    [InlineData(20, 40, 30)]
    public async Task Replay_RunThatReachedALimit_IsEqual(int steps, int toolCalls, int tokens)
    {
        var host = Host(new AgentLimits { Steps = steps, ToolCalls = toolCalls, Tokens = tokens }, Calls(("test-look", new { id = 1 }), ("test-look", new { id = 2 })));

        var result = await host.StartAsync("look for ever");

        Assert.Equal(RunStatus.Stopped, result.Status);
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Replay_TimeUsedUpByAHangingRead_IsEqual()
    {
        var started = new TaskCompletionSource();
        var host = Host(new AgentLimits { WallTime = TimeSpan.FromSeconds(30) }, Calls(("test-look", new { id = 1 }), ("test-hang", null), ("test-hang", null)));
        var hanging = 0;
        host.Tools.Add(TestTools.Create("hang", ToolEffect.Read, async (CancellationToken cancellationToken) =>
        {
            if (Interlocked.Increment(ref hanging) == 2)
            {
                started.SetResult();
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "never";
        }));

        var running = host.StartAsync("hang");
        await started.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        var result = await running;

        Assert.Equal((RunStatus.Stopped, "30 seconds of work"), (result.Status, result.Limit));
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Replay_CancelledInARead_IsEqualBeforeAndAfterResuming()
    {
        using var cancel = new CancellationTokenSource();
        var looks = 0;
        var host = Host(new AgentLimits(), Calls(("test-stop", null), ("test-look", new { id = 1 })), Says("Seen."));
        host.Tools.Add(TestTools.Create("stop", ToolEffect.Read, async (CancellationToken cancellationToken) =>
        {
            if (looks++ == 0)
            {
                await cancel.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return "seen";
        }));

        var cancelled = await host.StartAsync("look", cancel.Token);

        Assert.Equal(RunStatus.Interrupted, cancelled.Status);
        await host.AssertReplaysAsync(cancelled.RunId, "interrupted");
        await CompletedAsync(host, await host.ResumeAsync(cancelled.RunId));
    }

    [Fact]
    public async Task Replay_CancelledInAnEffect_IsEqual()
    {
        using var cancel = new CancellationTokenSource();
        var host = Host(new AgentLimits(), Calls(("test-stop", null), ("test-stop", null)), Says("Paid."));
        host.Policy = PolicyDocument.Parse("version: 1\ndefaults: { effects: allow }", "test");
        host.Tools.Add(TestTools.Create("stop", ToolEffect.Once, async () =>
        {
            await cancel.CancelAsync();
            return "stopped";
        }));

        var cancelled = await host.StartAsync("stop", cancel.Token);

        Assert.Equal(RunStatus.Interrupted, cancelled.Status);
        await CompletedAsync(host, await host.ResumeAsync(cancelled.RunId));
    }

    [Fact]
    public async Task Replay_ModelThatFailedOnce_IsEqual()
    {
        var broken = true;
        var host = Host(new AgentLimits(), seen => broken
            ? throw new ModelException(ModelErrorKind.Temporary, "openai", "gpt", "The model 'gpt' does not answer. Try again later.")
            : Says("Hello.")(seen));

        var interrupted = await host.StartAsync("hi");
        broken = false;

        await host.AssertReplaysAsync(interrupted.RunId, "interrupted");
        await CompletedAsync(host, await host.ResumeAsync(interrupted.RunId));
    }

    [Fact]
    public async Task Replay_LaterRunOfASession_IsEqualAndSoIsTheEarlier()
    {
        var host = Host(Calls(("test-look", new { id = 1 })), Says("Hello."));
        var first = await host.StartAsync("hi");
        var second = await host.Bound.StartAsync("and again", first.SessionId);

        await host.AssertReplaysAsync(first.RunId, "first");
        await host.AssertReplaysAsync(second.RunId, "second");
    }

    [Fact]
    public async Task Replay_UnknownRun_SaysWhereToLook()
    {
        var refusal = await Assert.ThrowsAsync<RunException>(() => Host(Says("Hello.")).ReplayAsync("run_none"));

        Assert.Contains("kernelhost runs list", refusal.Message, StringComparison.Ordinal);
    }

    private ReplayHost Host(params Func<IReadOnlyList<Microsoft.Extensions.AI.ChatMessage>, Microsoft.Extensions.AI.ChatResponse>[] script) => Host(new AgentLimits(), script);

    private ReplayHost Host(AgentLimits limits, params Func<IReadOnlyList<Microsoft.Extensions.AI.ChatMessage>, Microsoft.Extensions.AI.ChatResponse>[] script)
    {
        ReplayHost host = new(script, limits);
        host.Tools.Add(TestTools.Create("look", ToolEffect.Read, (int id) =>
        {
            Interlocked.Increment(ref _invoked);
            host.Clock.Advance(TimeSpan.FromMilliseconds(id * 1.7));
            return $"thing {id}";
        }));
        host.Tools.Add(TestTools.Create("pay", ToolEffect.Once, (int amount) => $"paid {amount} for the {Interlocked.Increment(ref _invoked)}th time"));
        return host;
    }

    private async Task<IReadOnlyList<RunEvent>> CompletesAndReplaysAsync(ReplayHost host) => await CompletedAsync(host, await host.StartAsync("go"));

    private async Task<IReadOnlyList<RunEvent>> CompletedAsync(ReplayHost host, RunResult result)
    {
        Assert.Equal(RunStatus.Completed, result.Status);
        var (invoked, asked) = (_invoked, host.Model.Requests.Count);
        await host.AssertReplaysAsync(result.RunId);
        Assert.Equal((invoked, asked), (_invoked, host.Model.Requests.Count));
        return await host.Bound.EventsAsync(result.SessionId);
    }

    private static CallCompleted Lasting(CallCompleted completed, TimeSpan duration) => new()
    {
        RunId = completed.RunId,
        CallId = completed.CallId,
        Result = completed.Result,
        Integrity = completed.Integrity,
        Passages = completed.Passages,
        DurationMs = duration.TotalMilliseconds,
        Time = completed.Time,
    };
}
