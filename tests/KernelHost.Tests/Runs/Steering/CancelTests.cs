using KernelHost.Agents;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Steering;

public sealed class CancelTests
{
    private const string Reason = "falscher Kunde 🙈 \u202e";
    private readonly List<string> _made = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cancel_ParkedRunWhoseAgentWasDeleted_EndsItAndTheSessionGoesOn()
    {
        MemoryJournal journal = new();
        var parked = await new RunHost(journal, new ScriptedChatClient(Calls(("test-pay", null), ("test-pay", null)), Says("Paid.")), Pay()).StartAsync("pay");

        // Whoever cancels has a journal, and nothing else.
        var run = await new RunControl(journal).CancelAsync(parked.RunId, "carol", Reason, cancellationToken: Token);

        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Empty(_made);
        Assert.Empty(await journal.PendingAsync());
        Assert.All(await journal.ListApprovalsAsync(new ApprovalFilter(), Token), approval => Assert.Equal(ApprovalStatus.Void, approval.Status));
        var events = await journal.ReadAsync(parked.SessionId, 0, Token);
        Assert.Equal(CallFailure.Cancelled, events.Outcome<CallFailed>("1.2").Failure);
        Assert.Equal(("carol", Reason), events[^1] is RunCancelled end ? (end.By, end.Reason!) : default);
        var messages = await Conversations.AssertGoesOnAsync(journal, parked.SessionId);
        Assert.Contains(messages, message => message.Role == ChatRole.Assistant && message.Text.Contains(Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancel_RunWhoseAgentCannotBeBound_ResumesToNothingElse()
    {
        MemoryJournal journal = new();
        var parked = await new RunHost(journal, new ScriptedChatClient(Calls(("test-pay", null))), Pay()).StartAsync("pay");
        var engine = new RunEngine(new NoAgents(), journal, NullLoggerFactory.Instance);
        using (journal.Claim(parked.SessionId))
        {
            // The session looks held, so the request is left in the journal, and its holder dies without seeing it.
            Assert.Equal(RunStatus.WaitingForApproval, (await new RunControl(journal).RequestCancelAsync(parked.RunId, "carol", cancellationToken: Token)).Status);
        }

        var resumed = await engine.ResumeAsync(parked.RunId, observer: null, Token);

        Assert.Equal((RunStatus.Cancelled, "carol"), (resumed.Status, resumed.CancelledBy));
        Assert.Equal(resumed, await engine.ResumeAsync(parked.RunId, observer: null, Token) with { Approvals = resumed.Approvals, Citations = resumed.Citations });
    }

    [Fact]
    public async Task Cancel_WhileTheModelThinks_CutsItOffAtOnceInThisProcess()
    {
        MemoryJournal journal = new();
        using StuckModel model = new();
        var host = new RunHost(journal, model);
        var running = host.StartAsync("think");
        await model.Asked.Task;
        var runId = (await journal.ListRunsAsync(new RunFilter(), Token)).Single().RunId;

        var run = await new RunControl(journal).CancelAsync(runId, "carol", cancellationToken: Token);

        Assert.Equal(RunStatus.Cancelled, run.Status);
        var result = await running;
        Assert.Equal((RunStatus.Cancelled, "carol", null), (result.Status, result.CancelledBy, result.Answer));
        await host.AssertReplaysAsync(runId);
    }

    [Fact]
    public async Task Cancel_FromAnotherProcess_IsNoticedWhereTheJournalEnds()
    {
        using var file = new JournalFile();
        await using var theirs = SqliteJournal.Open(file.Directory);
        await using var ours = SqliteJournal.Open(file.Directory);
        using StuckModel model = new();
        var host = new RunHost(theirs, model);
        var running = host.StartAsync("think");
        await model.Asked.Task;
        var runId = (await ours.ListRunsAsync(new RunFilter(), Token)).Single().RunId;

        var asked = await new RunControl(ours).RequestCancelAsync(runId, "carol", cancellationToken: Token);
        Assert.Equal(RunStatus.Running, asked.Status);
        Assert.False(running.IsCompleted);
        host.Clock.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(RunStatus.Cancelled, (await running).Status);
        Assert.Equal(RunStatus.Cancelled, (await new RunControl(ours).CancelAsync(runId, "dave", cancellationToken: Token)).Status);
        Assert.True((await ours.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public async Task Cancel_WhileReadsAreMade_CutsThemOffAndKeepsWhatIsThere()
    {
        MemoryJournal journal = new();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = new RunHost(
            journal,
            new ScriptedChatClient(Calls(("test-quick", null), ("test-slow", null)), Says("Done.")),
            TestTools.Create("quick", ToolEffect.Read, () => "seen"),
            TestTools.Create("slow", ToolEffect.Read, async (CancellationToken cancellationToken) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }));
        var running = host.StartAsync("look");
        await begun.Task;
        var runId = (await journal.ListRunsAsync(new RunFilter(), Token)).Single().RunId;

        await new RunControl(journal).CancelAsync(runId, "carol", cancellationToken: Token);

        var result = await running;
        var events = await host.EventsAsync(result.SessionId);
        Assert.Equal("Cut off: the run was cancelled.", events.Outcome<CallFailed>("1.2").Error);
        await host.AssertReplaysAsync(runId);
        await Conversations.AssertGoesOnAsync(journal, result.SessionId);
    }

    [Fact]
    public async Task Cancel_WhileAnEffectIsMade_RecordsItAndMakesNoOther()
    {
        MemoryJournal journal = new();
        RunControl control = new(journal);
        var host = Allowing(journal, async (ToolContext context) =>
        {
            _made.Add(context.CallId);
            await control.RequestCancelAsync(context.RunId, "carol", cancellationToken: CancellationToken.None);
            return "paid";
        });

        var parked = await host.StartAsync("pay twice");
        foreach (var approval in parked.Approvals)
        {
            await host.AnswerAsync(approval.ApprovalId, ApprovalAnswer.Approved);
        }

        var result = await host.ResumeAsync(parked.RunId);

        Assert.Equal(RunStatus.Cancelled, result.Status);
        Assert.Equal(["1.1"], _made);
        var events = await host.EventsAsync(result.SessionId);
        Assert.Equal("paid", events.Outcome<CallCompleted>("1.1").Result?.ToString());
        Assert.Equal("Not made: the run was cancelled.", events.Outcome<CallFailed>("1.2").Error);
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Cancel_AsTheRunLetsGo_IsNotLeftBehind()
    {
        MemoryJournal journal = new();
        RunControl control = new(journal);
        var host = new RunHost(journal, new ScriptedChatClient(Calls(("test-pay", null))), Pay());

        // Parked, and the session still held: the one who asks leaves, relying on the one who lets go.
        var result = await host.StartAsync("pay", observer: new On<RunParked>(async parked =>
            Assert.False((await control.RequestCancelAsync(parked.RunId, "carol", cancellationToken: Token)).HasEnded)));

        Assert.Equal(RunStatus.Cancelled, result.Status);
        Assert.Empty(await journal.PendingAsync());
        await host.AssertReplaysAsync(result.RunId);
    }

    [Theory]
    [InlineData(null, CallFailure.UnknownOutcome)]
    [InlineData(ApprovalAnswer.DidNotHappen, CallFailure.Cancelled)]
    [InlineData(ApprovalAnswer.Abandoned, CallFailure.UnknownOutcome)]
    [InlineData(ApprovalAnswer.Happened, null)]
    public async Task Cancel_CallThatACrashLeftInDoubt_IsNeverCalledUnmade(ApprovalAnswer? answer, CallFailure? failure)
    {
        MemoryJournal disk = new();
        var first = new RunHost(disk, new ScriptedChatClient(Calls(("test-pay", null)), Says("Paid.")), Pay());
        var parked = await first.StartAsync("pay");
        await first.AnswerAsync(parked.Approvals.Single().ApprovalId, ApprovalAnswer.Approved);
        await Assert.ThrowsAsync<ProcessCrash>(() => new RunHost(new CrashingJournal(disk, 2), new ScriptedChatClient(Calls(("test-pay", null))), Pay()).ResumeAsync(parked.RunId));
        Assert.Single(_made);
        var asked = await first.ResumeAsync(parked.RunId);
        if (answer is { } word)
        {
            await first.AnswerAsync(asked.Approvals.Single().ApprovalId, word);
        }

        await new RunControl(disk).CancelAsync(parked.RunId, "carol", cancellationToken: Token);

        var events = await first.EventsAsync(parked.SessionId);
        Assert.Equal(failure, events.OfType<CallFailed>().SingleOrDefault()?.Failure);
        Assert.Equal(failure is null, events.Any(runEvent => runEvent is CallCompleted));
        Assert.Single(_made);
        await first.AssertReplaysAsync(parked.RunId);
        await Conversations.AssertGoesOnAsync(disk, parked.SessionId);
    }

    [Fact]
    public async Task Cancel_AnswerInBetween_IsTakenIntoAccount()
    {
        MemoryJournal disk = new();
        var host = new RunHost(disk, new ScriptedChatClient(Calls(("test-pay", null))), Pay());
        var parked = await host.StartAsync("pay");
        var answered = false;
        var journal = new InterposedJournal(disk, async events =>
        {
            if (!answered && events.Any(runEvent => runEvent is RunCancelled))
            {
                answered = true;
                await host.AnswerAsync(parked.Approvals.Single().ApprovalId, ApprovalAnswer.Approved);
            }
        });

        await new RunControl(journal).CancelAsync(parked.RunId, "carol", cancellationToken: Token);

        Assert.True(answered);
        Assert.Empty(_made);
        var events = await host.EventsAsync(parked.SessionId);
        Assert.True(events.ToList().FindIndex(runEvent => runEvent is ApprovalDecided) < events.ToList().FindIndex(runEvent => runEvent is CancelRequested));
        await host.AssertReplaysAsync(parked.RunId);
        await Assert.ThrowsAsync<RunException>(() => host.AnswerAsync(parked.Approvals.Single().ApprovalId, ApprovalAnswer.Approved));
    }

    [Fact]
    public async Task Cancel_RunWithRunsBelowIt_CancelsThemAll()
    {
        using var file = new JournalFile();
        await using var journal = SqliteJournal.Open(file.Directory);
        var host = new RunHost(journal, new ScriptedChatClient(Calls(("test-pay", null))), Pay());
        var root = await host.StartAsync("pay");
        await AppendAsync(journal, "ses_00000000000a", Below("run_a", root.RunId));
        await AppendAsync(journal, "ses_00000000000b", Below("run_b", "run_a"));
        await AppendAsync(journal, "ses_00000000000c", Below("run_c", root.RunId), new RunCompleted { RunId = "run_c", Answer = "early" });

        await new RunControl(journal).CancelAsync(root.RunId, "carol", cancellationToken: Token);

        var runs = (await journal.ListRunsAsync(new RunFilter(), Token)).ToDictionary(run => run.RunId, run => run.Status);
        Assert.Equal(RunStatus.Cancelled, runs[root.RunId]);
        Assert.Equal((RunStatus.Cancelled, RunStatus.Cancelled, RunStatus.Completed), (runs["run_a"], runs["run_b"], runs["run_c"]));
    }

    [Fact]
    public async Task Cancel_FinishedUnknownOrCancelledRun_SaysSo()
    {
        MemoryJournal journal = new();
        RunControl control = new(journal);
        var done = await new RunHost(journal, new ScriptedChatClient(Says("Hello."))).StartAsync("hello");

        Assert.Contains("finished already", (await Assert.ThrowsAsync<RunException>(() => control.CancelAsync(done.RunId, "carol", cancellationToken: Token))).Message, StringComparison.Ordinal);
        Assert.Contains("There is no run 'run_x'", (await Assert.ThrowsAsync<RunException>(() => control.CancelAsync("run_x", "carol", cancellationToken: Token))).Message, StringComparison.Ordinal);

        var parked = await new RunHost(journal, new ScriptedChatClient(Calls(("test-pay", null))), Pay()).StartAsync("pay");
        await control.CancelAsync(parked.RunId, "carol", cancellationToken: Token);
        var length = await journal.LastSequenceAsync(parked.SessionId, Token);
        Assert.Equal(RunStatus.Cancelled, (await control.CancelAsync(parked.RunId, "dave", cancellationToken: Token)).Status);
        Assert.Equal(RunStatus.Cancelled, (await control.RequestCancelAsync(parked.RunId, "dave", cancellationToken: Token)).Status);
        Assert.Equal(length, await journal.LastSequenceAsync(parked.SessionId, Token));
    }

    private KernelHost.Catalog.Tool Pay() => TestTools.Create("pay", ToolEffect.Once, (ToolContext context) =>
    {
        _made.Add(context.CallId);
        return "paid";
    });

    private static RunHost Allowing(JournalStore journal, Delegate pay) => new(
        journal,
        new ScriptedChatClient(Calls(("test-pay", null), ("test-pay", null)), Says("Paid.")),
        TestTools.Create("pay", ToolEffect.Once, pay));

    private static RunStarted Below(string runId, string parent) => new()
    {
        RunId = runId,
        Agent = "below",
        Principal = "alice",
        Request = "help",
        Instructions = "Help.",
        PolicyVersion = "1",
        Parent = new ParentCall("ses_000000000000", parent, "1.1"),
        Ancestors = [parent],
    };

    private static async Task AppendAsync(JournalStore journal, string session, params RunEvent[] events)
    {
        for (var i = 0; i < events.Length; i++)
        {
            events[i].Sequence = i + 1;
        }

        await journal.AppendAsync(session, 0, events, Token);
    }

    private sealed class NoAgents : AgentBinder
    {
        public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken) => throw new AgentException("It was deleted.");
    }
}
