using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs;

/// <summary>Calls that are open when something else ends the run, or that are answered while it goes on.</summary>
public sealed class OpenCallTests : IAsyncDisposable
{
    private readonly MemoryJournal _disk = new();
    private int _paid;

    [Fact]
    public async Task WallTime_SpentWhileAQuestionIsOpen_QuestionIsVoidAndCannotBeAnswered()
    {
        var started = new TaskCompletionSource();
        var hang = TestTools.Create("hang", ToolEffect.Read, async (CancellationToken cancellationToken) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "never";
        });
        var host = new RunHost(_disk, new ScriptedChatClient(Calls(("test-pay", null), ("test-hang", null))), Pay(), hang)
        {
            Limits = new AgentLimits { WallTime = TimeSpan.FromSeconds(30) },
        };

        var running = host.StartAsync("pay");
        await started.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        var result = await running;

        Assert.Equal(RunStatus.Stopped, result.Status);
        Assert.Empty(await _disk.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending), TestContext.Current.CancellationToken));
        var question = Assert.Single(await _disk.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Void), TestContext.Current.CancellationToken));
        var refusal = await Assert.ThrowsAsync<RunException>(() => host.AnswerAsync(question.ApprovalId, ApprovalAnswer.Approved));
        Assert.Contains("void", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ToolEffect.Once)]
    [InlineData(ToolEffect.Keyed)]
    public async Task WallTime_SpentWhileAnOutcomeIsUnknown_CallIsNotSaidToBeUnmade(ToolEffect effect)
    {
        var run = await CrashDuringPaymentAsync(effect, TimeSpan.FromSeconds(31));
        var host = new RunHost(_disk, Model(), Pay(effect), Look(), Save()) { Limits = new AgentLimits { WallTime = TimeSpan.FromSeconds(30) }, Policy = AllowAll };

        var result = await host.ResumeAsync(run.RunId);

        Assert.Equal(RunStatus.Stopped, result.Status);
        var failure = Assert.Single((await host.EventsAsync(run.SessionId)).OfType<CallFailed>(), failed => failed.CallId == "2.1");
        Assert.Equal(CallFailure.UnknownOutcome, failure.Failure);
    }

    [Fact]
    public async Task ToolCalls_CountedBeforeACrash_TheCallIsRepeatedNotRefused()
    {
        var run = await CrashDuringPaymentAsync(ToolEffect.Keyed);
        var host = new RunHost(_disk, Model(), Pay(ToolEffect.Keyed), Look(), Save()) { Limits = new AgentLimits { ToolCalls = 2 }, Policy = AllowAll };

        var result = await host.ResumeAsync(run.RunId);

        Assert.DoesNotContain(await host.EventsAsync(run.SessionId), runEvent => runEvent is CallFailed { CallId: "2.1" });
        Assert.Equal((1, 2), (_paid, result.Usage.ToolCalls));
    }

    [Fact]
    public async Task Resume_ToolGoneWhileAnOutcomeIsUnknown_ModelReadsThatNobodyKnows()
    {
        var run = await CrashDuringPaymentAsync(ToolEffect.Once);
        var host = new RunHost(_disk, Model(), Look(), Save()) { Policy = AllowSave };

        var result = await host.ResumeAsync(run.RunId);

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Single(await host.EventsAsync(run.SessionId), runEvent => runEvent is CallFailed { CallId: "2.1", Failure: CallFailure.UnknownOutcome });
    }

    [Theory]
    [InlineData(ApprovalAnswer.Happened)]
    [InlineData(ApprovalAnswer.Abandoned)]
    public async Task Resume_ToolGoneButAPersonKnows_ModelReadsThePersonsWord(ApprovalAnswer answer)
    {
        var run = await CrashDuringPaymentAsync(ToolEffect.Once);
        var parked = await new RunHost(_disk, Model(), Pay(), Look(), Save()) { Policy = AllowSave }.ResumeAsync(run.RunId);
        var host = new RunHost(_disk, Model(), Look(), Save()) { Policy = AllowSave };
        await host.AnswerAsync(Assert.Single(parked.Approvals).ApprovalId, answer);

        await host.ResumeAsync(run.RunId);

        var outcome = (await host.EventsAsync(run.SessionId)).OfType<CallEvent>().Last(callEvent => callEvent.CallId == "2.1");
        Assert.True(answer == ApprovalAnswer.Happened ? outcome is CallCompleted : outcome is CallFailed { Failure: CallFailure.UnknownOutcome }, outcome.GetType().Name);
    }

    [Fact]
    public async Task Answer_WhileASiblingIsBeingMade_RunGoesOnInsteadOfParking()
    {
        var host = default(RunHost);
        var save = TestTools.Create("save", ToolEffect.Idempotent, async () =>
        {
            var open = await _disk.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending), TestContext.Current.CancellationToken);
            await host!.AnswerAsync(Assert.Single(open).ApprovalId, ApprovalAnswer.Approved);
            return "saved";
        });
        host = new RunHost(_disk, new ScriptedChatClient(Calls(("test-pay", null), ("test-save", null)), Says("Done.")), Pay(), save) { Policy = AllowSave };

        var result = await host.StartAsync("pay and save");

        Assert.Equal((RunStatus.Completed, 1), (result.Status, _paid));
    }

    [Fact]
    public async Task Answer_InTheMomentOfParking_RunGoesOnInsteadOfParking()
    {
        RunHost? host = null;
        var journal = new InterposedJournal(_disk, async events =>
        {
            var open = await _disk.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending), TestContext.Current.CancellationToken);
            if (open.Count > 0 && events.Any(runEvent => runEvent is RunParked))
            {
                await new ApprovalDesk(_disk, host!.Clock).AnswerAsync(open[0].ApprovalId, ApprovalAnswer.Approved, "bob", null, TestContext.Current.CancellationToken);
            }
        });
        var save = TestTools.Create("save", ToolEffect.Idempotent, () => "saved");
        host = new RunHost(journal, new ScriptedChatClient(Calls(("test-pay", null), ("test-save", null)), Says("Done.")), Pay(), save) { Policy = AllowSave };

        var result = await host.StartAsync("pay and save");

        Assert.Equal((RunStatus.Completed, 1), (result.Status, _paid));
    }

    [Fact]
    public async Task Answer_QuestionReplacedWhileItIsAnswered_IsRefused()
    {
        var parked = await new RunHost(_disk, Model(), Pay(), Look(), Save()) { Policy = AllowSave }.StartAsync("pay");
        var first = Assert.Single(parked.Approvals);
        var read = false;
        var journal = new InterposedJournal(_disk) { BeforeRead = async () =>
        {
            if (!read)
            {
                read = true;
                var events = await _disk.ReadAsync(parked.SessionId, 0, TestContext.Current.CancellationToken);
                await _disk.AppendAsync(
                    parked.SessionId,
                    events.Count,
                    [new CallFailed { RunId = parked.RunId, CallId = first.CallId, Failure = CallFailure.Limit, Error = "" }],
                    TestContext.Current.CancellationToken);
            }
        } };

        await Assert.ThrowsAsync<RunException>(() => new ApprovalDesk(journal).AnswerAsync(first.ApprovalId, ApprovalAnswer.Approved, "bob", null, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("c0ffee", RunStatus.Completed, 1)]
    [InlineData("upgraded", RunStatus.WaitingForApproval, 0)]
    public async Task Resume_ApprovedCallToRepeatAfterACrash_IsRepeatedOnlyWhileItIsTheApprovedOne(string contentHash, RunStatus status, int paid)
    {
        ScriptedChatClient model = new(Calls(("test-pay", null)), Says("Done."));
        var dying = new InterposedJournal(_disk, events => events.Any(runEvent => runEvent is CallCompleted) ? throw new ProcessCrash() : ValueTask.CompletedTask);
        var host = new RunHost(dying, model, Pay(ToolEffect.Keyed));
        var parked = await host.StartAsync("pay");
        await host.AnswerAsync(Assert.Single(parked.Approvals).ApprovalId, ApprovalAnswer.Approved);
        await Assert.ThrowsAsync<ProcessCrash>(() => host.ResumeAsync(parked.RunId));
        _paid = 0;

        var result = await new RunHost(_disk, model, Pay(ToolEffect.Keyed, contentHash)).ResumeAsync(parked.RunId);

        Assert.Equal((status, paid), (result.Status, _paid));
    }

    private static PolicyDocument AllowSave => Allow("test/save");

    private static PolicyDocument AllowAll => Allow("test/*");

    private static PolicyDocument Allow(string tools) => PolicyDocument.Parse($$"""
        version: 1
        rules:
          - { id: harmless, decision: allow, tools: [{{tools}}], reason: Harmless. }
        """, "policy.yaml");

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    private static ScriptedChatClient Model() => new(Calls(("test-look", null)), Calls(("test-pay", null), ("test-save", null)), Says("Done."));

    private Tool Pay(ToolEffect effect = ToolEffect.Once, string contentHash = "c0ffee") =>
        TestTools.Create("pay", effect, () => $"paid {++_paid}", contentHash);

    private static Tool Save() => TestTools.Create("save", ToolEffect.Idempotent, () => "saved");

    private static Tool Look() => TestTools.Create("look", ToolEffect.Read, () => "seen");

    // The process dies between the announcement of the payment and its outcome; nobody paid.
    private async Task<RunSummary> CrashDuringPaymentAsync(ToolEffect effect, TimeSpan timeSpent = default)
    {
        var dying = new InterposedJournal(_disk, events => events.Any(runEvent => runEvent is CallCompleted { CallId: "2.1" }) ? throw new ProcessCrash() : ValueTask.CompletedTask);
        RunHost? host = null;
        var look = TestTools.Create("look", ToolEffect.Read, () => host!.Clock.Advance(timeSpent));
        host = new RunHost(dying, Model(), Pay(effect), look, Save()) { Policy = AllowAll };
        await Assert.ThrowsAsync<ProcessCrash>(() => host.StartAsync("pay"));
        _paid = 0;
        return Assert.Single(await _disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));
    }
}
