using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Effects;

/// <summary>A person has a call undone, once, through the plugin that made it.</summary>
public sealed class CompensationTests : IAsyncDisposable
{
    private readonly JournalFile _file = new();
    private readonly SqliteJournal _disk;
    private readonly HashSet<string> _booked = new(StringComparer.Ordinal);
    private readonly List<string> _undone = [];
    private readonly ScriptedChatClient _model = new(Calls(("test-book", new { room = 4 })), Says("Booked."));
    private Exception? _fault;

    public CompensationTests() => _disk = SqliteJournal.Open(_file.Directory);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Undone_WithTheCallsOwnKeyArgumentsAndResult_AndTheNextModelIsTold()
    {
        var host = Host();
        var run = await host.StartAsync("book");

        var undone = await UndoAsync(host, run.RunId);

        Assert.Equal((null, "freed 4 of booked 4", "test/book"), (undone.Error, undone.Result, undone.Tool));
        Assert.Equal([$"{run.RunId}/1.1"], _undone);
        Assert.Empty(_booked);
        var events = await host.EventsAsync(run.SessionId);
        Assert.Equal([nameof(CompensationStarted), nameof(CompensationCompleted)], events.TakeLast(2).Select(runEvent => runEvent.GetType().Name));
        Assert.Equal(("bob", "wrong room"), (((CompensationCompleted)events[^1]).By, ((CompensationCompleted)events[^1]).Reason));
        Assert.Equal(RunStatus.Completed, (await _disk.FindRunAsync(run.RunId, Token))!.Status);
        await host.AssertReplaysAsync(run.RunId);

        var next = await host.StartAsync("again", run.SessionId);

        var request = _model.Requests[^2];
        var note = request.Single(message => message.Text.Contains("undone by a person", StringComparison.Ordinal));
        Assert.Contains("1.1 of test/book", note.Text, StringComparison.Ordinal);
        Assert.Contains("wrong room", note.Text, StringComparison.Ordinal);
        Assert.Equal("again", request[^1].Text);
        Assert.Equal(note, request[^2]);
        await host.AssertReplaysAsync(run.RunId);
        await host.AssertReplaysAsync(next.RunId);
        Assert.Equal(RunStatus.Completed, next.Status);

        // Another process, which folds the journal anew, tells its model the same, once.
        await using var second = SqliteJournal.Open(_file.Directory);
        await Host(second).StartAsync("and again", run.SessionId);
        Assert.Single(_model.Requests[^1], message => message.Text.Contains("undone by a person", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Undone_BehindALaterRun_BothReplay_AndAForkOfTheFirstEndsWhereItEnded()
    {
        var host = Host();
        var first = await host.StartAsync("book");
        var second = await host.StartAsync("once more", first.SessionId);

        await UndoAsync(host, first.RunId);

        await host.AssertReplaysAsync(first.RunId);
        await host.AssertReplaysAsync(second.RunId);
        var fork = await new RunControl(_disk, host.Clock).ForkAsync(first.RunId, "carol", cancellationToken: Token);
        Assert.DoesNotContain(await host.EventsAsync(fork.SessionId), runEvent => runEvent is CompensationEvent or RunStarted { Request: "once more" });
    }

    [Fact]
    public async Task Fork_KnowsThatItWasUndone_AndUndoesNothingItself()
    {
        var host = Host();
        var run = await host.StartAsync("book");
        var before = await new RunControl(_disk, host.Clock).ForkAsync(run.RunId, "carol", cancellationToken: Token);
        await UndoAsync(host, run.RunId);
        var after = await new RunControl(_disk, host.Clock).ForkAsync(run.RunId, "carol", cancellationToken: Token);

        await host.StartAsync("again", after.SessionId);

        Assert.Contains(_model.Requests[^1], message => message.Text.Contains("undone by a person", StringComparison.Ordinal));
        await RefusedAsync(host, before.RunId!, "copied from run");
        Assert.Single(_undone);
    }

    [Fact]
    public async Task Twice_IsRefused_AndSaysWhoAndWhen()
    {
        var host = Host();
        var run = await host.StartAsync("book");
        await UndoAsync(host, run.RunId);

        await RefusedAsync(host, run.RunId, "already undone by 'bob' at 2026-11-23 12:00:00Z");
        Assert.Single(_undone);
    }

    // Events: started, completed.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    public async Task Crash_AtAnyEvent_IsUndoneOnceByItsKey(int events, int invocations)
    {
        var run = await Host().StartAsync("book");
        try
        {
            await UndoAsync(Host(new CrashingJournal(_disk, events)), run.RunId);
            Assert.Equal(2, events);
        }
        catch (ProcessCrash)
        {
            Assert.True(events < 2);
        }

        Assert.Equal(invocations, _undone.Count);
        await Host().AssertReplaysAsync(run.RunId);

        if (events < 2)
        {
            Assert.Null((await UndoAsync(Host(), run.RunId)).Error);
        }

        await RefusedAsync(Host(), run.RunId, "already undone");
        Assert.Equal([$"{run.RunId}/1.1"], _undone.Distinct());
        Assert.Empty(_booked);
        await Host().AssertReplaysAsync(run.RunId);
    }

    [Fact]
    public async Task TwoProcesses_AtOnce_OneUndoesAndTheOtherIsTurnedAway()
    {
        await using var second = SqliteJournal.Open(_file.Directory);
        var run = await Host().StartAsync("book");

        var orders = await Task.WhenAll(
            Task.Run(() => TryAsync(Host(), run.RunId), Token),
            Task.Run(() => TryAsync(Host(second), run.RunId), Token));

        Assert.Equal(1, orders.Count(done => done));
        Assert.Single(_undone);
        Assert.Single((await Host().EventsAsync(run.SessionId)).OfType<CompensationCompleted>());

        static async Task<bool> TryAsync(RunHost host, string runId)
        {
            try
            {
                return (await host.Engine.CompensateAsync(Order(runId), TestContext.Current.CancellationToken)).Error is null;
            }
            catch (Exception exception) when (exception is RunException or SessionBusyException)
            {
                return false;
            }
        }
    }

    [Theory]
    [InlineData(false, "The plugin failed")]
    [InlineData(true, "The desk is closed.")]
    public async Task Plugin_ThatThrows_IsRecordedAndMayBeOrderedAgain(bool refuses, string said)
    {
        var host = Host();
        var run = await host.StartAsync("book");
        _fault = refuses ? new ToolException("The desk is closed.") : new InvalidOperationException("password=hunter2");

        var failed = await UndoAsync(host, run.RunId);

        Assert.Contains(said, failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failed.Error, StringComparison.Ordinal);
        Assert.Equal(failed.Error, Assert.IsType<CompensationFailed>((await host.EventsAsync(run.SessionId))[^1]).Error);
        await host.AssertReplaysAsync(run.RunId);

        _fault = null;
        Assert.Null((await UndoAsync(host, run.RunId)).Error);
        Assert.Equal([$"{run.RunId}/1.1"], _undone.Distinct());
        await host.AssertReplaysAsync(run.RunId);
    }

    [Fact]
    public async Task Plugin_ThatDoesNotAnswer_IsCutOffAtTheToolsTimeOut()
    {
        var clock = new TimerClock();
        SemaphoreSlim entered = new(0);
        var hangs = Book(compensation: async (CancellationToken cancellationToken) =>
        {
            entered.Release();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "never";
        });
        var host = new RunHost(_disk, _model, hangs) { Clock = clock, Policy = Allow("allow") };
        var run = await host.StartAsync("book");

        var undoing = UndoAsync(host, run.RunId);
        await entered.WaitAsync(Token);
        await clock.PassAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("did not answer within 30 s", (await undoing).Error, StringComparison.Ordinal);
        entered.Dispose();
    }

    [Fact]
    public async Task Policy_ThatDeniesTheToolByNow_DoesNotKeepWhatItDid()
    {
        var run = await Host().StartAsync("book");

        Assert.Null((await UndoAsync(Host(policy: "deny"), run.RunId)).Error);
        Assert.Empty(_booked);
    }

    [Fact]
    public async Task Refused_WhatIsNoSuchCallOrDidNothing()
    {
        var denied = await Host(policy: "deny").StartAsync("book");

        await RefusedAsync(Host(), denied.RunId, "it has not returned");
        await RefusedAsync(Host(), denied.RunId, "has no call '9.9'", call: "9.9");
        await RefusedAsync(Host(), "run_0123456789ab", "There is no run");
    }

    [Fact]
    public async Task Refused_WhileARunOfTheSessionIsUnfinished()
    {
        var run = await Host().StartAsync("book");
        var parked = await Host(policy: "ask").StartAsync("again", run.SessionId);
        Assert.Equal(RunStatus.WaitingForApproval, parked.Status);

        await RefusedAsync(Host(), run.RunId, $"'{parked.RunId}' of its session has not finished");
        await new RunControl(_disk, Host().Clock).CancelAsync(parked.RunId, "bob", cancellationToken: Token);

        Assert.Null((await UndoAsync(Host(), run.RunId)).Error);
        await Host(policy: "ask").AssertReplaysAsync(parked.RunId);
    }

    [Fact]
    public async Task Refused_WhileAnotherProcessWorksInTheSession()
    {
        var run = await Host().StartAsync("book");
        await using var second = SqliteJournal.Open(_file.Directory);
        using var held = second.Claim(run.SessionId);

        await Assert.ThrowsAsync<SessionBusyException>(() => UndoAsync(Host(), run.RunId));
        Assert.Empty(_undone);
    }

    [Fact]
    public async Task OtherFilesWithTheSameDeclaration_MayUndo_AnotherDeclarationMayNot()
    {
        var run = await Host().StartAsync("book");
        var other = TestTools.Create("book", ToolEffect.Compensable, (string name) => name, contentHash: "beef", compensation: () => "freed");

        await RefusedAsync(Host(tool: other), run.RunId, "made by version 1.0.0 of the plugin (c0ffee), and version 1.0.0 (beef)");
        Assert.Null((await UndoAsync(Host(tool: Book(contentHash: "beef")), run.RunId)).Error);
    }

    [Theory]
    [InlineData(ToolEffect.Once, "was not declared compensable")]
    [InlineData(ToolEffect.Compensable, "does not know how to undo")]
    public async Task Refused_ToolsThatCannot(ToolEffect effect, string why)
    {
        var tool = TestTools.Create("book", effect, (int room) => $"booked {room}");
        var run = await Host(tool: tool).StartAsync("book");

        await RefusedAsync(Host(tool: tool), run.RunId, why);
        Assert.DoesNotContain(await Host().EventsAsync(run.SessionId), runEvent => runEvent is CompensationEvent);
    }

    [Fact]
    public async Task Approvers_WhereTheyAreKnown_OnlyTheyMayOrderIt()
    {
        var run = await Host().StartAsync("book");

        await RefusedAsync(Host(approver: "carol"), run.RunId, "'bob' is no approver");
        Assert.Null((await UndoAsync(Host(approver: "bob"), run.RunId)).Error);
    }

    [Fact]
    public async Task Stopped_Plugin_IsNotInvoked()
    {
        var run = await Host().StartAsync("book");
        var stops = new KernelHost.Runs.Stops.StopList(_file.Directory);
        stops.Add("plugin/test", "it misbehaves", "bob");
        var host = Host();
        var engine = new RunEngine(host, _disk, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, host.Clock) { Stops = stops.Switch };

        var refused = await Assert.ThrowsAsync<RunException>(() => engine.CompensateAsync(Order(run.RunId), Token));
        Assert.Contains("it misbehaves", refused.Message, StringComparison.Ordinal);
        stops.Lift("plugin/test", "bob", null);
        Assert.Null((await engine.CompensateAsync(Order(run.RunId), Token)).Error);
    }

    public async ValueTask DisposeAsync()
    {
        await _disk.DisposeAsync();
        _file.Dispose();
    }

    private static CompensationOrder Order(string runId, string call = "1.1") => new(runId, call, "bob", "wrong room");

    private static Task<CompensationResult> UndoAsync(RunHost host, string runId) => host.Engine.CompensateAsync(Order(runId), Token);

    private static async Task RefusedAsync(RunHost host, string runId, string why, string call = "1.1") =>
        Assert.Contains(why, (await Assert.ThrowsAsync<RunException>(() => host.Engine.CompensateAsync(Order(runId, call), Token))).Message, StringComparison.Ordinal);

    private static PolicyDocument Allow(string decision) =>
        PolicyDocument.Parse($"version: 1\ndefaults: {{ untrusted: allow }}\nrules:\n  - {{ id: all, decision: {decision}, tools: [test/*] }}", "policy.yaml");

    private RunHost Host(JournalStore? journal = null, string policy = "allow", Tool? tool = null, string? approver = null) => new(journal ?? _disk, _model, tool ?? Book())
    {
        Policy = Allow(policy),
        Approvals = approver is null ? new() : new() { Approvers = new Approvers([new Approver(approver, [])]) },
    };

    private Tool Book(string contentHash = "c0ffee", Delegate? compensation = null) => TestTools.Create(
        "book", ToolEffect.Compensable,
        (ToolContext context, int room) =>
        {
            _booked.Add(context.IdempotencyKey);
            return $"booked {room}";
        },
        contentHash, timeout: TimeSpan.FromSeconds(30), compensation: compensation ?? ((ToolContext context, int room, string result) =>
        {
            _undone.Add(context.IdempotencyKey);
            if (_fault is not null)
            {
                throw _fault;
            }

            _booked.Remove(context.IdempotencyKey);
            return $"freed {room} of {result}";
        }));
}
