using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Effects;

/// <summary>A plugin that knows what became of a call is asked before a person is.</summary>
public sealed class OutcomeCheckTests : IAsyncDisposable
{
    private readonly MemoryJournal _disk = new();
    private readonly TimerClock _clock = new();
    private readonly SemaphoreSlim _entered = new(0);
    private readonly List<string> _paid = [];
    private int _checks;

    // Events: started, replied, decided, announced, [checked,] completed, replied, completed.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Crash_AfterAnyEvent_NobodyIsAskedAndItHappensOnce(int events)
    {
        await Assert.ThrowsAsync<ProcessCrash>(() => Host(new CrashingJournal(_disk, events)).StartAsync("pay"));
        var run = Assert.Single(await _disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));

        var result = await Host().ResumeAsync(run.RunId);

        Assert.Equal((RunStatus.Completed, 1), (result.Status, _paid.Count));
        Assert.Equal($"paid {run.RunId}/1.1", Assert.Single((await Host().EventsAsync(run.SessionId)).OfType<CallCompleted>()).Result);
        await Host().AssertReplaysAsync(run.RunId);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public async Task Crash_AgainWhileThePluginIsAsked_ItHappensOnce(bool happened, int events)
    {
        await DieDuringPaymentAsync(happened);
        var run = Assert.Single(await _disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));

        await Assert.ThrowsAsync<ProcessCrash>(() => Host(new CrashingJournal(_disk, events)).ResumeAsync(run.RunId));
        var result = await Host().ResumeAsync(run.RunId);

        Assert.Equal((RunStatus.Completed, 1), (result.Status, _paid.Count));
        await Host().AssertReplaysAsync(run.RunId);
    }

    [Fact]
    public async Task DidNotHappen_ButThePolicyDeniesByNow_IsNotMade()
    {
        await DieDuringPaymentAsync(happened: false);
        var run = Assert.Single(await _disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ProcessCrash>(() => Host(new InterposedJournal(_disk, DiesAt<CallStarted>)).ResumeAsync(run.RunId));

        var result = await Host(policy: "deny").ResumeAsync(run.RunId);

        Assert.Equal((RunStatus.Completed, 0), (result.Status, _paid.Count));
        Assert.Single(await Host().EventsAsync(run.SessionId), runEvent => runEvent is CallFailed { Failure: CallFailure.DeniedByPolicy });
    }

    [Theory]
    [InlineData("unknown", "The ledger is closed.")]
    [InlineData("refuses", "Ask the bank.")]
    [InlineData("throws", "asked and failed")]
    [InlineData("nothing", "said nothing")]
    public async Task Unknown_OrAFailingCheck_APersonIsAskedAndToldWhy(string kind, string reason)
    {
        await DieDuringPaymentAsync(happened: true);
        var run = Assert.Single(await _disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));
        var host = Host(check: kind);

        var parked = await host.ResumeAsync(run.RunId);

        var question = Assert.Single(parked.Approvals);
        Assert.Equal((RunStatus.WaitingForApproval, ApprovalKind.Outcome), (parked.Status, question.Kind));
        Assert.Contains(reason, question.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", question.Reason, StringComparison.Ordinal);
        await host.AssertReplaysAsync(run.RunId);

        await host.AnswerAsync(question.ApprovalId, ApprovalAnswer.Happened);
        Assert.Equal((RunStatus.Completed, 1), ((await host.ResumeAsync(run.RunId)).Status, _paid.Count));
        await host.AssertReplaysAsync(run.RunId);
    }

    [Fact]
    public async Task Check_ThatHangs_IsLeftAloneAndAPersonIsAsked()
    {
        await DieDuringPaymentAsync(happened: true);
        var run = Assert.Single(await _disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));

        var resuming = Host(check: "hangs").ResumeAsync(run.RunId);
        await _entered.WaitAsync(TestContext.Current.CancellationToken);
        await _clock.PassAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(ApprovalKind.Outcome, Assert.Single((await resuming).Approvals).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TimeOut_OfAToolThatObeys_IsSettledByThePluginAlone(bool happened)
    {
        var running = Host(hangs: true, hangsAfter: happened).StartAsync("pay");
        await _entered.WaitAsync(TestContext.Current.CancellationToken);
        await _clock.PassAsync(TimeSpan.FromSeconds(30));

        var result = await running;

        Assert.Equal((RunStatus.Completed, 1, 1), (result.Status, _paid.Count, _checks));
        Assert.Equal($"paid {result.RunId}/1.1", Assert.Single((await Host().EventsAsync(result.SessionId)).OfType<CallCompleted>()).Result);
        await Host().AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task TimeOut_OfAToolStillAtWork_ThatItHasNotHappenedSoFarIsNotEnough()
    {
        var running = Host(hangs: true, obeys: false).StartAsync("pay");
        await _entered.WaitAsync(TestContext.Current.CancellationToken);
        await _clock.PassAsync(TimeSpan.FromSeconds(30));
        await _clock.PassAsync(TimeSpan.FromSeconds(5));

        var parked = await running;

        Assert.Equal((RunStatus.WaitingForApproval, 0, 1), (parked.Status, _paid.Count, _checks));
        Assert.Contains("not happened so far", Assert.Single(parked.Approvals).Reason, StringComparison.Ordinal);
        await Host().AssertReplaysAsync(parked.RunId);
    }

    public async ValueTask DisposeAsync()
    {
        _entered.Dispose();
        await _disk.DisposeAsync();
    }

    private static ValueTask DiesAt<T>(IReadOnlyList<RunEvent> events) => events.Any(runEvent => runEvent is T) ? throw new ProcessCrash() : ValueTask.CompletedTask;

    // The process dies between the announcement and the outcome, with or without having paid.
    private async Task DieDuringPaymentAsync(bool happened)
    {
        await Assert.ThrowsAsync<ProcessCrash>(() => Host(new InterposedJournal(_disk, DiesAt<CallCompleted>)).StartAsync("pay"));
        if (!happened)
        {
            _paid.Clear();
        }
    }

    private RunHost Host(JournalStore? journal = null, string check = "knows", string policy = "allow", bool hangs = false, bool hangsAfter = false, bool obeys = true) =>
        new(journal ?? _disk, new ScriptedChatClient(Calls(("test-pay", null)), Says("Done.")), Pay(check, hangs, hangsAfter, obeys))
        {
            Clock = _clock,
            Policy = PolicyDocument.Parse($"version: 1\nrules:\n  - {{ id: all, decision: {policy}, tools: [test/*] }}", "policy.yaml"),
        };

    private Tool Pay(string check, bool hangs, bool hangsAfter, bool obeys)
    {
        var attempts = 0;
        return TestTools.Create("pay", ToolEffect.Once, async (ToolContext context, CancellationToken cancellationToken) =>
        {
            var hang = hangs && attempts++ == 0;
            if (!hang || hangsAfter)
            {
                _paid.Add(context.IdempotencyKey);
            }

            if (hang)
            {
                _entered.Release();
                await Task.Delay(Timeout.Infinite, obeys ? cancellationToken : CancellationToken.None);
            }

            return $"paid {context.IdempotencyKey}";
        }, timeout: TimeSpan.FromSeconds(30), outcome: async (ToolContext context, CancellationToken cancellationToken) =>
        {
            _checks++;
            switch (check)
            {
                case "unknown":
                    return CallOutcome.Unknown("The ledger is closed.");
                case "refuses":
                    throw new ToolException("Ask the bank.");
                case "throws":
                    throw new InvalidOperationException("password=hunter2");
                case "nothing":
                    return null;
                case "hangs":
                    _entered.Release();
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return null;
                default:
                    return _paid.Contains(context.IdempotencyKey) ? CallOutcome.Happened($"paid {context.IdempotencyKey}") : CallOutcome.DidNotHappen;
            }
        });
    }
}
