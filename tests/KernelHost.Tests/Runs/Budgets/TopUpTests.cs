using KernelHost.Agents;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using KernelHost.Text;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Budgets;

/// <summary>A run of an agent that asks for more at its limits. The model looks three times and answers.</summary>
public sealed class TopUpTests : IAsyncDisposable
{
    private readonly MemoryJournal _journal = new();
    private int _looks;

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    [Fact]
    public async Task Steps_Reached_APersonAllowsMoreAndTheRunFinishesAndReplays()
    {
        var host = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask });
        var parked = await host.StartAsync("look");
        var question = Assert.Single(parked.Approvals);

        Assert.Equal((RunStatus.WaitingForApproval, ApprovalKind.TopUp, "host/top_up", """{"steps":2}"""), (parked.Status, question.Kind, question.Tool, question.Arguments.GetRawText()));
        Assert.Equal("The run has reached its limit of 2 steps. May it use this much more?", question.Reason);
        Assert.Equal(RunStatus.WaitingForApproval, (await host.ResumeAsync(parked.RunId)).Status);

        await host.AnswerAsync(question.ApprovalId, ApprovalAnswer.Approved);
        var done = await host.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, "Seen.", 3), (done.Status, done.Answer, _looks));
        Assert.Equal((1, 4), (done.Usage.ApprovalPrompts, done.Usage.Steps));
        Assert.Equal(ApprovalStatus.Done, (await FindAsync(question)).Status);
        await AssertReplaysAsync(host, parked.RunId);
    }

    [Fact]
    public async Task More_ChangedByThePerson_IsWhatTheRunGets()
    {
        var host = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask });
        var parked = await host.StartAsync("look");
        await SayAsync(host, parked, reply => reply with { Arguments = Steps(1) });

        var again = await host.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.WaitingForApproval, 3, "The run has reached its limit of 3 steps. May it use this much more?"), (again.Status, again.Usage.Steps, Assert.Single(again.Approvals).Reason));
        await SayAsync(host, again, reply => reply);
        Assert.Equal(RunStatus.Completed, (await host.ResumeAsync(parked.RunId)).Status);
        await AssertReplaysAsync(host, parked.RunId);
    }

    [Fact]
    public async Task Denied_TheRunWrapsUpAndDoesNotAskAgain()
    {
        var host = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask });
        var parked = await host.StartAsync("look");
        await host.AnswerAsync(Assert.Single(parked.Approvals).ApprovalId, ApprovalAnswer.Denied, "That is enough.");

        var stopped = await host.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Stopped, "2 steps"), (stopped.Status, stopped.Limit));
        Assert.Equal("A person did not allow more: That is enough.", Assert.Single((await host.EventsAsync(parked.SessionId)).OfType<CallFailed>()).Error);
        await AssertReplaysAsync(host, parked.RunId);
    }

    [Fact]
    public async Task Unanswered_WhenItsTimeIsOver_TheRunWrapsUp()
    {
        var host = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask });
        var parked = await host.StartAsync("look");
        host.Clock.Advance(TimeSpan.FromDays(8));

        var stopped = await host.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Stopped, "2 steps"), (stopped.Status, stopped.Limit));
        Assert.Equal(ApprovalStatus.Expired, (await FindAsync(Assert.Single(parked.Approvals))).Status);
    }

    [Theory]
    [InlineData("tokens")]
    [InlineData("toolCalls")]
    [InlineData("inputTokens")]
    public async Task Limit_OfEachKind_IsTheOneThatIsAskedAbout(string measure)
    {
        var host = Host(measure switch
        {
            "tokens" => new AgentLimits { Tokens = 120, AtLimit = AtLimit.Ask },
            "toolCalls" => new AgentLimits { ToolCalls = 1, AtLimit = AtLimit.Ask },
            _ => new AgentLimits { InputTokens = 45, AtLimit = AtLimit.Ask },
        });

        var result = await host.StartAsync("look");
        for (var asked = 0; result.Status == RunStatus.WaitingForApproval; asked++)
        {
            Assert.True(asked < 20, "asked again and again");
            Assert.StartsWith($$"""{"{{measure}}":""", Assert.Single(result.Approvals).Arguments.GetRawText(), StringComparison.Ordinal);
            await SayAsync(host, result, reply => reply);
            result = await host.ResumeAsync(result.RunId);
        }

        Assert.Equal((RunStatus.Completed, "Seen."), (result.Status, result.Answer));
        Assert.Contains(await host.EventsAsync(result.SessionId), runEvent => runEvent is ToppedUp);
        await AssertReplaysAsync(host, result.RunId);
    }

    [Fact]
    public async Task Money_Spent_IsRaisedByWhatAPersonAllows()
    {
        var host = new BudgetHost(_journal, Model(), Look()) { Limits = new AgentLimits { Money = new Money(200_000, "USD"), AtLimit = AtLimit.Ask, RepeatedCalls = 0 } };
        var parked = await host.StartAsync("look");
        var question = Assert.Single(parked.Approvals);

        Assert.Equal(("""{"money":"0.20 USD"}""", "The run has reached its limit of 0.20 USD. May it use this much more?"), (question.Arguments.GetRawText(), question.Reason));
        var desk = new ApprovalDesk(_journal, host.Clock) { Agents = host };
        await desk.AnswerAsync(new ApprovalReply(question.ApprovalId, ApprovalAnswer.Approved, "bob") { Arguments = new Dictionary<string, object?> { ["money"] = "1.5 USD" } }, TestContext.Current.CancellationToken);

        Assert.Equal(RunStatus.Completed, (await host.ResumeAsync(parked.RunId)).Status);
        Assert.Equal(1_500_000, Assert.Single((await host.EventsAsync(parked.SessionId)).OfType<ToppedUp>()).Money);
    }

    [Fact]
    public async Task FileHasOtherLimitsByNow_AnAnswerGivenBeforeIsAskedAgainWithTheDifference()
    {
        var host = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask });
        var parked = await host.StartAsync("look");
        await SayAsync(host, parked, reply => reply);

        var again = await Host(new AgentLimits { Steps = 2, Tokens = 100_000, AtLimit = AtLimit.Ask }).ResumeAsync(parked.RunId);

        var question = Assert.Single(again.Approvals);
        Assert.Equal("contentHash", Assert.Single(question.Details.Differences).Field);
        Assert.Equal((ApprovalStatus.Reopened, question.ApprovalId), ((await FindAsync(Assert.Single(parked.Approvals))).Status, (await FindAsync(Assert.Single(parked.Approvals))).Details.ReplacedBy));
        Assert.Equal(2, _looks);
    }

    [Fact]
    public async Task FileAllowsEnoughByNow_TheRunGoesOnWithoutTheQuestion()
    {
        var host = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask });
        var parked = await host.StartAsync("look");
        await SayAsync(host, parked, reply => reply);

        var done = await Host(new AgentLimits { Steps = 9, AtLimit = AtLimit.Ask }).ResumeAsync(parked.RunId);

        Assert.Equal(RunStatus.Completed, done.Status);
        Assert.DoesNotContain(await host.EventsAsync(parked.SessionId), runEvent => runEvent is ToppedUp);
        Assert.Equal(ApprovalStatus.Void, (await FindAsync(Assert.Single(parked.Approvals))).Status);
    }

    [Fact]
    public async Task Answers_ThatDoNotDo_AreRefused()
    {
        var host = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask }, new ApprovalSettings { Approvers = new Approvers([new Approver("alice", []), new Approver("bob", [])]) });
        var parked = await host.StartAsync("look");

        await RefusedAsync("whoever asks is never the one who approves", reply => reply with { DecidedBy = "alice" });
        await RefusedAsync("answer with approve or deny", reply => reply with { Answer = ApprovalAnswer.Responded, Response = "no" });
        await RefusedAsync("answer with approve or deny", reply => reply with { Answer = ApprovalAnswer.Happened });
        await RefusedAsync("is allowed once", reply => reply with { Remember = new RememberOptions() });
        await RefusedAsync("Nothing would be added", reply => reply with { Arguments = new Dictionary<string, object?>() });
        await RefusedAsync("do not fit", reply => reply with { Arguments = Steps(-5) });
        await RefusedAsync("do not fit", reply => reply with { Arguments = new Dictionary<string, object?> { ["money"] = "5 USD" } });
        Assert.Equal(RunStatus.WaitingForApproval, (await host.ResumeAsync(parked.RunId)).Status);

        async Task RefusedAsync(string why, Func<ApprovalReply, ApprovalReply> with) =>
            Assert.Contains(why, (await Assert.ThrowsAsync<RunException>(() => SayAsync(host, parked, with))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_IsThere_TheRunWrapsUpAtOnce()
    {
        var host = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask });

        var result = await host.Engine.StartAsync(new RunRequest(RunHost.Agent, "look", "alice") { Attendance = Attendance.Deny }, observer: null, TestContext.Current.CancellationToken);

        Assert.Equal((RunStatus.Stopped, "2 steps"), (result.Status, result.Limit));
    }

    [Fact]
    public async Task ApprovalPrompts_UsedUp_NobodyIsAsked()
    {
        var result = await Host(new AgentLimits { Steps = 2, ApprovalPrompts = 0, AtLimit = AtLimit.Ask }).StartAsync("look");

        Assert.Equal((RunStatus.Stopped, "2 steps"), (result.Status, result.Limit));
    }

    [Fact]
    public async Task Cancelled_WhileItWaits_TheQuestionIsVoid()
    {
        var host = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask });
        var parked = await host.StartAsync("look");

        await new RunControl(_journal, host.Clock).CancelAsync(parked.RunId, "bob", "enough", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(ApprovalStatus.Void, (await FindAsync(Assert.Single(parked.Approvals))).Status);
        Assert.Equal(RunStatus.Cancelled, (await host.ResumeAsync(parked.RunId)).Status);
    }

    [Fact]
    public async Task Fork_WhereItWaits_AsksForItself()
    {
        var host = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask });
        var parked = await host.StartAsync("look");
        var control = new RunControl(_journal, host.Clock);

        var fork = await control.ForkAsync(parked.RunId, "bob", cancellationToken: TestContext.Current.CancellationToken);
        var forked = await host.ResumeAsync(fork.RunId!);

        Assert.NotEqual(Assert.Single(parked.Approvals).ApprovalId, Assert.Single(forked.Approvals).ApprovalId);
        await SayAsync(host, forked, reply => reply);
        Assert.Equal(RunStatus.Completed, (await host.ResumeAsync(fork.RunId!)).Status);
        Assert.Equal(ApprovalStatus.Pending, (await FindAsync(Assert.Single(parked.Approvals))).Status);
    }

    [Fact]
    public async Task Crash_BeforeAnyEvent_NothingIsAskedTwiceOrLost()
    {
        for (var crash = 0; ; crash++)
        {
            MemoryJournal disk = new();
            _looks = 0;
            var crashed = false;
            RunResult? result = null;
            try
            {
                result = await FinishAsync(Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask }, journal: new CrashingJournal(disk, crash)), runId: null);
            }
            catch (ProcessCrash)
            {
                crashed = true;
            }

            if (!crashed)
            {
                Assert.True(crash > 10);
                return;
            }

            if ((await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken)).SingleOrDefault() is { } run)
            {
                var next = Host(new AgentLimits { Steps = 2, AtLimit = AtLimit.Ask }, journal: disk);
                result = await FinishAsync(next, run.RunId);
                Assert.Equal((RunStatus.Completed, "Seen."), (result.Status, result.Answer));
                Assert.Single((await next.EventsAsync(run.SessionId)).OfType<ToppedUp>());
                Assert.Single((await next.EventsAsync(run.SessionId)).OfType<ApprovalRequested>());
            }
        }
    }

    [Fact]
    public async Task SubRun_AtItsOwnLimit_IsAskedAboutFromTheTop_AndOneAtTheRestOfTheRunAboveIsNot()
    {
        foreach (var (own, above, asks) in new[] { (2, 20, true), (20, 3, false) })
        {
            var house = new AgentHouse(new MemoryJournal())
                .Add("top", new ScriptedChatClient(Calls(("agent-ask_deep", new { request = "look" })), Says("Told.")), asks: ["deep"], limits: new AgentLimits { Steps = above })
                .Add("deep", Model(), tools: [Look()], limits: new AgentLimits { Steps = own, AtLimit = AtLimit.Ask });

            var result = await house.StartAsync("top", "ask");

            Assert.Equal(asks ? RunStatus.WaitingForApproval : RunStatus.Stopped, result.Status);
            if (asks)
            {
                await house.AnswerAsync(Assert.Single(result.Approvals).ApprovalId, ApprovalAnswer.Approved);
                Assert.Equal((RunStatus.Completed, "Told."), ((await house.ResumeAsync(result.RunId)) is var done ? (done.Status, done.Answer) : default));
            }
        }
    }

    private static async Task<RunResult> FinishAsync(RunHost host, string? runId)
    {
        var result = runId is null ? await host.StartAsync("look") : await host.ResumeAsync(runId);
        while (result.Status == RunStatus.WaitingForApproval)
        {
            foreach (var approval in result.Approvals)
            {
                await host.AnswerAsync(approval.ApprovalId, ApprovalAnswer.Approved);
            }

            result = await host.ResumeAsync(result.RunId);
        }

        return result;
    }

    private RunHost Host(AgentLimits limits, ApprovalSettings? approvals = null, JournalStore? journal = null) =>
        new(journal ?? _journal, Model(), Look()) { Limits = limits, Approvals = approvals ?? new ApprovalSettings() };

    private static ScriptedChatClient Model() => new(Calls(("test-look", null)), Calls(("test-look", null)), Calls(("test-look", null)), Says("Seen."));

    private KernelHost.Catalog.Tool Look() => TestTools.Create("look", ToolEffect.Read, () => $"look {++_looks}");

    private static Dictionary<string, object?> Steps(int steps) => new() { ["steps"] = steps };

    private async Task<ApprovalSummary> FindAsync(ApprovalSummary approval) => (await _journal.FindApprovalAsync(approval.ApprovalId, TestContext.Current.CancellationToken))!;

    private static Task<ApprovalSummary> SayAsync(RunHost host, RunResult parked, Func<ApprovalReply, ApprovalReply> with) => host.Desk.AnswerAsync(
        with(new ApprovalReply(Assert.Single(parked.Approvals).ApprovalId, ApprovalAnswer.Approved, "bob")), TestContext.Current.CancellationToken);

    private async Task AssertReplaysAsync(RunHost host, string runId)
    {
        var looks = _looks;
        await host.AssertReplaysAsync(runId);
        Assert.Equal(looks, _looks);
    }
}
