using System.Text.Json;
using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs;

/// <summary>Models, tools and watchers that deliver what nobody expects, over the journal on disk: the run still ends, or can be resumed.</summary>
public sealed class HostileRunTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("""{"text":"half \ud800 a pair"}""")]
    [InlineData("""{"na\udc00me":1}""")]
    [InlineData(null)]
    public async Task Model_ArgumentsThatNoJournalCanHold_AreRefusedAndTheRunGoesOn(string? arguments)
    {
        arguments ??= $$"""{"deep":{{new string('[', 62)}}{{new string(']', 62)}}}""";
        await using var journal = SqliteJournal.Open(_directory.Path);
        var value = JsonElement.Parse(arguments);
        var host = new RunHost(journal, new ScriptedChatClient(Replies(new FunctionCallContent("c", "test-echo", new Dictionary<string, object?> { ["value"] = value })), Says("Sorry.")), Echo());

        var result = await host.StartAsync("echo");

        Assert.Equal((RunStatus.Completed, "Sorry."), (result.Status, result.Answer));
        Assert.Single(await host.EventsAsync(result.SessionId), runEvent => runEvent is CallFailed { Failure: CallFailure.Invalid });
    }

    [Fact]
    public async Task Model_ArgumentsOfOtherTypes_AreJsonInTheJournal()
    {
        await using var journal = SqliteJournal.Open(_directory.Path);
        var arguments = new Dictionary<string, object?> { ["value"] = new List<int> { 1, 2 } };
        var host = new RunHost(journal, new ScriptedChatClient(Replies(new FunctionCallContent("c", "test-echo", arguments)), Says("Echoed.")), Echo());

        var result = await host.StartAsync("echo");

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Contains(await host.EventsAsync(result.SessionId), runEvent => runEvent is CallCompleted { Result: JsonElement { ValueKind: JsonValueKind.Array } });
    }

    [Theory]
    [InlineData("surrogate")]
    [InlineData("depth")]
    [InlineData("size")]
    [InlineData("undefined")]
    [InlineData("passage")]
    public async Task Tool_ResultThatNoJournalCanHold_IsAFailureOfThatCallOnly(string kind)
    {
        object? Result() => kind switch
        {
            "surrogate" => JsonElement.Parse("""["\ud800"]"""),
            "depth" => JsonElement.Parse(new string('[', 64) + new string(']', 64)),
            "size" => new string('x', 17 << 20),
            "undefined" => default(JsonElement),
            _ => (IReadOnlyList<Passage>)[null!],
        };
        await using var journal = SqliteJournal.Open(_directory.Path);
        var host = new RunHost(journal, new ScriptedChatClient(Calls(("test-odd", null)), Says("It failed.")), TestTools.Raw("odd", ToolEffect.Read, Result));

        var result = await host.StartAsync("go");

        Assert.Equal((RunStatus.Completed, "It failed."), (result.Status, result.Answer));
        Assert.Single(await host.EventsAsync(result.SessionId), runEvent => runEvent is CallFailed { Failure: CallFailure.Failed });
    }

    [Fact]
    public async Task Tool_CancelsItselfThoughNobodyCancelled_IsAFailureOfThatCallOnly()
    {
        var give = TestTools.Create("give-up", ToolEffect.Read, string () => throw new TaskCanceledException("timed out"));
        var host = new RunHost(new MemoryJournal(), new ScriptedChatClient(Calls(("test-give-up", null)), Says("It failed.")), give);

        Assert.Equal((RunStatus.Completed, "It failed."), Outcome(await host.StartAsync("go")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Model_FailsInAWayItsClientDidNotExplain_RunIsInterruptedWithoutItsTextAndResumes(bool cancelled)
    {
        var broken = true;
        ScriptedChatClient model = new(seen => broken
            ? throw (cancelled ? new TaskCanceledException("key=hunter2") : new InvalidOperationException("key=hunter2"))
            : Says("Hello.")(seen));
        var host = new RunHost(new MemoryJournal(), model);

        var interrupted = await host.StartAsync("hi");
        broken = false;
        var resumed = await host.ResumeAsync(interrupted.RunId);

        Assert.Equal((RunStatus.Interrupted, true), (interrupted.Status, interrupted.Failed));
        Assert.DoesNotContain("hunter2", interrupted.Interruption, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Completed, "Hello."), Outcome(resumed));
    }

    [Fact]
    public async Task Observer_Throws_RunGoesOnAndNothingIsLost()
    {
        var paid = 0;
        var host = new RunHost(new MemoryJournal(), new ScriptedChatClient(Calls(("test-pay", null)), Says("Paid.")), TestTools.Create("pay", ToolEffect.Once, () => $"paid {++paid}"));
        var parked = await host.StartAsync("pay", observer: new BrokenObserver());
        await host.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Approved);

        var result = await host.Engine.ResumeAsync(parked.RunId, new BrokenObserver(), TestContext.Current.CancellationToken);

        Assert.Equal((RunStatus.Completed, 1), (result.Status, paid));
    }

    [Fact]
    public async Task Model_ThousandsOfCalls_PeopleAreAskedNoMoreThanTheLimitAllows()
    {
        var many = Enumerable.Repeat(("test-pay", (object?)null), 2000).ToArray();
        var host = new RunHost(new MemoryJournal(), new ScriptedChatClient(Calls(many), Says("Too many.")), TestTools.Create("pay", ToolEffect.Once, () => "paid"))
        {
            Limits = new AgentLimits { ToolCalls = 3 },
        };

        var parked = await host.StartAsync("pay");

        Assert.Equal((RunStatus.WaitingForApproval, 3), (parked.Status, parked.Approvals.Count));
    }

    [Theory]
    [InlineData("../../outside")]
    [InlineData("ses_none\0")]
    [InlineData("ses_000000000000")]
    public async Task Start_SessionThatDoesNotExist_IsRefusedAndTouchesNoFile(string sessionId)
    {
        var data = Path.Combine(_directory.Path, "a", "b");
        await using var journal = SqliteJournal.Open(data);
        var host = new RunHost(journal, new ScriptedChatClient(Says("Hello.")));
        var sentinel = Path.Combine(_directory.Path, "a", "outside.lock.pid");
        await File.WriteAllTextAsync(sentinel, "mine", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<RunException>(() => host.StartAsync("hi", sessionId));

        Assert.Equal("mine", await File.ReadAllTextAsync(sentinel, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Limits_NoToolCalls_RunAnswersWithoutTools()
    {
        ScriptedChatClient model = new(Says("Hello."));
        var host = new RunHost(new MemoryJournal(), model, Echo()) { Limits = new AgentLimits { ToolCalls = 0 } };

        var result = await host.StartAsync("hi");

        Assert.Equal((RunStatus.Completed, "Hello."), Outcome(result));
        Assert.Null(model.Options[0]?.Tools);
    }

    [Fact]
    public async Task Clock_GoesBack_TimeAlreadyCountedStays()
    {
        var host = new RunHost(new MemoryJournal(), new ScriptedChatClient(Calls(("test-echo", new { value = new[] { 1 } })), Says("Done.")), Echo());
        var journal = host.Journal;
        var time = host.Clock.GetUtcNow();
        await journal.AppendAsync(
            "ses_000000000000",
            0,
            [
                new RunStarted { RunId = "run_1", Agent = RunHost.Agent, Principal = "alice", Request = "go", Instructions = "", PolicyVersion = "1", Time = time.AddDays(90) },
                new RunInterrupted { RunId = "run_1", Reason = "cancelled", Time = time },
            ],
            TestContext.Current.CancellationToken);

        var result = await host.ResumeAsync("run_1");

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Equal(TimeSpan.Zero, result.Usage.Active);
    }

    public void Dispose() => _directory.Dispose();

    private static (RunStatus Status, string? Answer) Outcome(RunResult result) => (result.Status, result.Answer);

    private static Tool Echo() => TestTools.Create("echo", ToolEffect.Read, (int[] value) => value);

    private static Func<IReadOnlyList<ChatMessage>, ChatResponse> Replies(params AIContent[] contents) => _ => new ChatResponse(new ChatMessage(ChatRole.Assistant, contents));

    private sealed class BrokenObserver : RunObserver
    {
        public override ValueTask OnEventAsync(RunEvent runEvent) => throw new IOException("The pipe is broken.");

        public override ValueTask OnTextAsync(string text, CancellationToken cancellationToken) => throw new IOException("The pipe is broken.");
    }
}
