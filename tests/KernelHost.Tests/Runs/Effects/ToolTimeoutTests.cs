using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Effects;

/// <summary>Tools that do not answer: none holds a run, and what nobody knows is asked.</summary>
public sealed class ToolTimeoutTests : IAsyncDisposable
{
    private readonly MemoryJournal _disk = new();
    private readonly TaskCompletionSource _never = new();
    private readonly TimerClock _clock = new();
    private readonly SemaphoreSlim _entered = new(0);
    private int _made;

    [Theory]
    [InlineData(ToolEffect.Read, "obeys")]
    [InlineData(ToolEffect.Read, "ignores")]
    [InlineData(ToolEffect.Read, "blocks")]
    [InlineData(ToolEffect.Read, "throws")]
    [InlineData(ToolEffect.Idempotent, "obeys")]
    [InlineData(ToolEffect.Keyed, "blocks")]
    public async Task TimeOut_OfARepeatableCall_IsAFailureTheModelReads(ToolEffect effect, string behaviour)
    {
        var host = Host(Hangs(effect, behaviour));

        var result = await TimesOutAsync(host.StartAsync("go"), behaviour == "obeys");

        Assert.Equal((RunStatus.Completed, "Done.", 1), (result.Status, result.Answer, _made));
        var failure = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>());
        Assert.Equal((CallFailure.Failed, "Error: 'test-hang' did not answer within 30 s."), (failure.Failure, failure.Error));
        await host.AssertReplaysAsync(result.RunId);
    }

    [Theory]
    [InlineData(ToolEffect.Once, "obeys", true)]
    [InlineData(ToolEffect.Once, "ignores", false)]
    [InlineData(ToolEffect.Once, "throws", false)]
    [InlineData(ToolEffect.Compensable, "blocks", false)]
    public async Task TimeOut_OfACallThatMustNotBeRepeated_AsksWhatBecameOfIt(ToolEffect effect, string behaviour, bool ended)
    {
        var host = Host(Hangs(effect, behaviour));

        var parked = await TimesOutAsync(host.StartAsync("go"), ended);

        var question = Assert.Single(parked.Approvals);
        Assert.Equal((RunStatus.WaitingForApproval, ApprovalKind.Outcome), (parked.Status, question.Kind));
        Assert.Equal(ended, !question.Reason.Contains("may still be at work", StringComparison.Ordinal));
        Assert.Equal(ended, Assert.Single((await host.EventsAsync(parked.SessionId)).OfType<CallTimedOut>()).Ended);
        await host.AssertReplaysAsync(parked.RunId);

        await host.AnswerAsync(question.ApprovalId, ApprovalAnswer.Happened);
        var result = await host.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, 1), (result.Status, _made));
        await host.AssertReplaysAsync(parked.RunId);
    }

    [Fact]
    public async Task TimeOut_ThenItDidNotHappen_IsMadeOnceMore()
    {
        var hang = Tool(ToolEffect.Once, async (ToolContext context, CancellationToken cancellationToken) =>
        {
            _entered.Release();
            await (++_made == 1 ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.CompletedTask);
            return context.IdempotencyKey;
        });
        var host = Host(hang);
        var parked = await TimesOutAsync(host.StartAsync("go"), obeys: true);
        await host.AnswerAsync(Assert.Single(parked.Approvals).ApprovalId, ApprovalAnswer.DidNotHappen);

        var result = await host.ResumeAsync(parked.RunId);

        Assert.Equal((RunStatus.Completed, 2), (result.Status, _made));
        Assert.Equal($"{parked.RunId}/1.1", Assert.Single((await host.EventsAsync(parked.SessionId)).OfType<CallCompleted>()).Result);
        await host.AssertReplaysAsync(parked.RunId);
    }

    [Fact]
    public async Task TimeOut_WhileAnotherEffectIsLeft_TheOtherIsMade()
    {
        var saved = 0;
        var save = TestTools.Create("save", ToolEffect.Once, () => ++saved);
        var host = new RunHost(_disk, new ScriptedChatClient(Calls(("test-hang", null), ("test-save", null)), Says("Done.")), Hangs(ToolEffect.Once, "obeys"), save)
        {
            Policy = AllowAll,
            Clock = _clock,
        };

        var parked = await TimesOutAsync(host.StartAsync("go"), obeys: true);

        Assert.Equal((RunStatus.WaitingForApproval, 1, 1), (parked.Status, saved, parked.Approvals.Count));
    }

    // Events: started, replied, decided, announced, timed out, asked, parked.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task TimeOut_CrashAfterAnyEvent_IsNeverMadeAgainUnseen(int events)
    {
        var announced = events >= 4;
        var running = Host(Hangs(ToolEffect.Once, "obeys"), new CrashingJournal(_disk, events)).StartAsync("go");
        await Assert.ThrowsAsync<ProcessCrash>(() => announced ? TimesOutAsync(running, obeys: true) : running);
        var run = Assert.Single(await _disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));

        var resuming = Host(Hangs(ToolEffect.Once, "obeys")).ResumeAsync(run.RunId);
        var parked = announced ? await resuming : await TimesOutAsync(resuming, obeys: true);

        Assert.Equal((RunStatus.WaitingForApproval, 1), (parked.Status, _made));
        Assert.Equal(ApprovalKind.Outcome, Assert.Single(parked.Approvals).Kind);
    }

    [Fact]
    public async Task Cancel_WhileAToolIgnoresIt_RunIsInterruptedSoonAfter()
    {
        using var cancel = new CancellationTokenSource();
        var hang = Tool(ToolEffect.Read, async () =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return "never";
        });

        var running = Host(hang).StartAsync("go", cancellationToken: cancel.Token);
        await _clock.PassAsync(new ToolLimits().Grace);

        Assert.Equal(RunStatus.Interrupted, (await running).Status);
    }

    [Fact]
    public async Task TimeOut_OfAToolThatHasProvedToBeQuick_IsStillAFailure()
    {
        var hang = Tool(ToolEffect.Read, async (CancellationToken cancellationToken) =>
        {
            if (++_made > 20)
            {
                _entered.Release();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return "seen";
        });
        var script = Enumerable.Repeat(Calls(("test-hang", null)), 21).Append(Says("Done."));
        // On a busy machine many of the quick calls set a timer before they end, and the clock is moved past each of them: the run must have time for all.
        var host = new RunHost(_disk, new ScriptedChatClient([.. script]), hang) { Clock = _clock, Limits = new AgentLimits { Steps = 100, WallTime = TimeSpan.FromDays(1) } };

        var running = host.StartAsync("go");
        await _entered.WaitAsync(TestContext.Current.CancellationToken);

        // Calls that ended at once had no timer, or one that nobody minds any more.
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, _clock.PassAsync(HangTimeout));
        }

        Assert.Equal((RunStatus.Completed, 21), ((await running).Status, _made));
        Assert.Single((await host.EventsAsync((await running).SessionId)).OfType<CallFailed>());
    }

    [Fact]
    public async Task Slots_HeldByAToolThatIsLeftAlone_AreTakenUntilItEnds()
    {
        var ends = new TaskCompletionSource();
        var hang = Tool(ToolEffect.Read, async () =>
        {
            _entered.Release();
            await (++_made == 1 ? ends.Task : Task.CompletedTask);
            return "seen";
        });
        var waits = new TaskCompletionSource();
        var journal = new InterposedJournal(_disk, events =>
        {
            // The announcement of the second call: the next thing it does is to wait for its turn.
            if (events.Any(runEvent => runEvent is CallStarted { CallId: "2.1" }))
            {
                waits.SetResult();
            }

            return ValueTask.CompletedTask;
        });
        var host = new RunHost(journal, new ScriptedChatClient(Calls(("test-hang", null)), Calls(("test-hang", null)), Says("Done.")), hang)
        {
            Clock = _clock,
            Slots = new ToolSlots(new Dictionary<string, int> { ["test"] = 1 }),
        };

        var running = host.StartAsync("go");
        await _entered.WaitAsync(TestContext.Current.CancellationToken);
        await _clock.PassAsync(HangTimeout);
        await _clock.PassAsync(new ToolLimits().Grace);
        await waits.Task;
        Assert.Equal((false, 1), (running.IsCompleted, _made));
        ends.SetResult();

        Assert.Equal((RunStatus.Completed, 2), ((await running).Status, _made));
    }

    [Fact]
    public async Task Slots_WaitingForOne_IsCutShortByTheCallerAndNothingWasAnnounced()
    {
        using var cancel = new CancellationTokenSource();
        var slots = new ToolSlots(new Dictionary<string, int> { ["test"] = 1 });
        using var taken = await slots.EnterAsync("test", TestContext.Current.CancellationToken);
        var host = new RunHost(_disk, new ScriptedChatClient(Calls(("test-hang", null)), Says("Done.")), Hangs(ToolEffect.Once, "ignores"))
        {
            Clock = _clock,
            Policy = AllowAll,
            Slots = slots,
        };

        var running = host.StartAsync("go", cancellationToken: cancel.Token);
        Assert.False(running.IsCompleted);
        await cancel.CancelAsync();
        var result = await running;

        Assert.Equal((RunStatus.Interrupted, 0), (result.Status, _made));
        Assert.DoesNotContain(await host.EventsAsync(result.SessionId), runEvent => runEvent is CallStarted);
    }

    [Fact]
    public async Task Slots_OfAPluginWithoutABound_AreNotCounted() =>
        Assert.Null(await new ToolSlots(new Dictionary<string, int> { ["other"] = 1 }).EnterAsync("test", TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        _never.SetResult();
        _entered.Dispose();
        await _disk.DisposeAsync();
    }

    private static TimeSpan HangTimeout => TimeSpan.FromSeconds(30);

    private async Task<RunResult> TimesOutAsync(Task<RunResult> running, bool obeys)
    {
        await _entered.WaitAsync(TestContext.Current.CancellationToken);
        await _clock.PassAsync(HangTimeout);
        if (!obeys)
        {
            await _clock.PassAsync(new ToolLimits().Grace);
        }

        return await running;
    }

    private static PolicyDocument AllowAll => PolicyDocument.Parse("version: 1\nrules:\n  - { id: all, decision: allow, tools: [test/*] }", "policy.yaml");

    private RunHost Host(Tool hang, JournalStore? journal = null) => new(journal ?? _disk, new ScriptedChatClient(Calls(("test-hang", null)), Says("Done.")), hang)
    {
        Policy = AllowAll,
        Clock = _clock,
    };

    private static Tool Tool(ToolEffect effect, Delegate body) => TestTools.Create("hang", effect, body, timeout: HangTimeout);

    private Tool Hangs(ToolEffect effect, string behaviour) => Tool(effect, async (CancellationToken cancellationToken) =>
    {
        _made++;
        if (behaviour == "throws")
        {
            // Before the clock may pass: on a token that is cancelled already it would throw into the tool.
            cancellationToken.Register(static () => throw new InvalidOperationException("I will not be cancelled."));
        }

        _entered.Release();
        switch (behaviour)
        {
            case "obeys":
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
            case "blocks":
                _never.Task.Wait(CancellationToken.None);
                break;
            default:
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
        }

        return "never";
    });
}
