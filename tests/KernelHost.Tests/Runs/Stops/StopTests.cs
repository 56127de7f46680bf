using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Stops;
using KernelHost.Tests.Runs.Budgets;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Stops;

public sealed class StopTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryJournal _journal = new();
    private int _sends;
    private Action _onLook = static () => { };

    [Theory]
    [InlineData("everything")]
    [InlineData("agent/tester")]
    [InlineData("session")]
    [InlineData("run")]
    public async Task Stop_WhileARunWorks_ItIsInterruptedBeforeItsNextModelCallAndResumesOnceLifted(string scope)
    {
        var other = Stops();
        var host = Host(Calls(("test-look", null)), Says("Done."));
        RunSummary? run = null;
        _onLook = () =>
        {
            run = _journal.ListRunsAsync(new RunFilter(), CancellationToken.None).AsTask().GetAwaiter().GetResult()[0];
            scope = scope switch { "session" => $"session/{run.SessionId}", "run" => $"run/{run.RunId}", _ => scope };
            other.Add(scope, "it misbehaves", "carol");
        };

        var result = await host.StartAsync("look");

        Assert.Equal((RunStatus.Interrupted, false), (result.Status, result.Failed));
        Assert.Contains("was stopped by 'carol' at 2026-11-23 12:00:00Z: it misbehaves", result.Interruption, StringComparison.Ordinal);
        Assert.True((await host.EventsAsync(result.SessionId)).OfType<RunInterrupted>().Single().Stopped);
        var refused = await Assert.ThrowsAsync<RunException>(() => host.ResumeAsync(result.RunId));
        Assert.Contains("cannot be resumed", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'carol'", refused.Message, StringComparison.Ordinal);

        // Another process, later: the stop has outlived this one.
        Stops().Lift(scope, "dave", "repaired");
        Assert.Equal((RunStatus.Completed, "Done."), (await host.ResumeAsync(result.RunId)) is var resumed ? (resumed.Status, resumed.Answer) : default);
    }

    [Fact]
    public async Task Stop_BetweenTwoEffectsOfAReply_TheSecondIsNotMade()
    {
        var host = Host(Calls(("test-send", null), ("test-send", null)), Says("Done."));
        _onLook = () => Stops().Add("everything", "enough", "carol");

        var result = await host.StartAsync("send twice");
        Stops().Lift("everything", "carol", null);
        _onLook = static () => { };
        Assert.Equal((RunStatus.Interrupted, 1), (result.Status, _sends));
        await host.ResumeAsync(result.RunId);

        Assert.Equal(2, _sends);
    }

    [Theory]
    [InlineData("tool/test/send", "Tool 'test/send'")]
    [InlineData("plugin/test", "Plugin 'test'")]
    public async Task Stop_OfAToolOrPlugin_ClosesTheCallAndTheRunGoesOn(string scope, string named)
    {
        Stops().Add(scope, "it pays twice", "carol");
        var host = Host(Calls(("test-send", null)), Says("Done."));

        var result = await host.StartAsync("send");

        Assert.Equal((RunStatus.Completed, 0), (result.Status, _sends));
        var failed = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>());
        Assert.Equal((CallFailure.Stopped, $"Not made: {named} was stopped by 'carol' at 2026-11-23 12:00:00Z: it pays twice"), (failed.Failure, failed.Error));
    }

    [Fact]
    public async Task Start_WhileStopped_IsRefusedAndLeavesNoRun()
    {
        Stops().Add("agent/tester", "holiday", "carol");

        var refused = await Assert.ThrowsAsync<RunException>(() => Host(Says("Hello.")).StartAsync("hi"));

        Assert.StartsWith("Nothing was started. Agent 'tester' was stopped by 'carol'", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await _journal.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Stop_OfTheRunAboveASubRun_StopsTheSubRun()
    {
        await BeginAsync("ses_root", "run_root");
        await BeginAsync("ses_leaf", "run_leaf", "run_root");
        Stops().Add("session/ses_root", "enough", "carol");

        var refused = await Assert.ThrowsAsync<RunException>(() => Host(Says("Hello.")).ResumeAsync("run_leaf"));

        Assert.Contains("Session 'ses_root' was stopped", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("everything")]
    [InlineData("run")]
    [InlineData("agent/top")]
    [InlineData("agent/bottom")]
    public async Task Stop_WhileTheThirdLevelWorks_MakesNoMoreEffectsOnAnyLevelAndAllGoOnOnceLifted(string scope)
    {
        await using var disk = SqliteJournal.Open(_directory.Path);
        AgentHouse house = null!;
        var look = TestTools.Create("look", ToolEffect.Read, () =>
        {
            if (!Stops().Active.Any())
            {
                Stops().Add(scope == "run" ? $"run/{house.RunOfAsync("top").GetAwaiter().GetResult().RunId}" : scope, "it misbehaves", "carol");
            }

            return "seen";
        });
        var send = TestTools.Create("send", ToolEffect.Idempotent, () => $"sent {++_sends}");
        house = House(disk, look, send);

        var stopped = await house.StartAsync("top", "send it");

        Assert.Equal((RunStatus.Interrupted, 0), (stopped.Status, _sends));
        Assert.All(await house.RunsAsync(), run => Assert.Equal((RunStatus.Interrupted, "alice"), (run.Status, run.Principal)));
        await Assert.ThrowsAsync<RunException>(() => House(disk, look, send).ResumeAsync(stopped.RunId));

        Stops().Lift(Stops().Active[0].Scope, "dave", "repaired");
        var done = await House(disk, look, send).ResumeAsync(stopped.RunId);

        Assert.Equal((RunStatus.Completed, "top done", 1), (done.Status, done.Answer, _sends));
        Assert.All(await house.RunsAsync(), run => Assert.Equal(RunStatus.Completed, run.Status));
    }

    [Fact]
    public void List_OfOtherProcesses_IsSeenAtOnce()
    {
        var (one, other) = (Stops(), Stops());
        Assert.Empty(other.Active);

        one.Add("tool/a/b", "reason", "carol");
        other.Add("plugin/a", "reason", "carol");
        Assert.Equal(["tool/a/b", "plugin/a"], one.Active.Select(stop => stop.Scope));

        other.Lift(one.Active[0].Id, "dave", null);
        Assert.Equal(["plugin/a"], one.Active.Select(stop => stop.Scope));
        Assert.Throws<RunException>(() => one.Lift("tool/a/b", "dave", null));
        Assert.Throws<RunException>(() => one.Add("planet/earth", "reason", "carol"));
    }

    [Fact]
    public void List_ALineNobodyCanRead_StopsEverythingUntilItIsCorrected()
    {
        Stops().Add("tool/a/b", "reason", "carol");
        File.AppendAllText(Path.Combine(_directory.Path, "stops.ndjson"), "{ not json\n");

        Assert.Contains(Stops().Active, stop => stop.Scope == "everything" && stop.Reason.Contains("Line 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Lift_OfALineNobodyCanRead_IsRefusedAndARealStopOfEverythingStays()
    {
        Stops().Add("everything", "reason", "carol");
        File.AppendAllText(Path.Combine(_directory.Path, "stops.ndjson"), "{ not json\n");

        Assert.Contains("Correct or remove it", Assert.Throws<RunException>(() => Stops().Lift("line 2", "dave", null)).Message, StringComparison.Ordinal);
        Assert.Equal(2, Stops().Active.Count);

        Assert.Equal("carol", Stops().Lift("everything", "dave", null).By);
        Assert.Equal("line 2", Assert.Single(Stops().Active).Id);
    }

    [Fact]
    public void List_AWriterDiedOverItsLine_TheLineIsNoStopAndDoesNotSwallowTheNext()
    {
        Stops().Add("tool/a/b", "reason", "carol");
        File.AppendAllText(Path.Combine(_directory.Path, "stops.ndjson"), "{\"action\":\"stop\",\"sco");
        Assert.Equal(["tool/a/b"], Stops().Active.Select(stop => stop.Scope));

        Stops().Add("plugin/a", "reason", "carol");

        Assert.Equal(["tool/a/b", "plugin/a"], Stops().Active.Select(stop => stop.Scope));
    }

    public void Dispose() => _directory.Dispose();

    private AgentHouse House(JournalStore journal, Tool look, Tool send) => new AgentHouse(journal)
    {
        Stops = Stops().Switch,
        Policy = PolicyDocument.Parse("""
            version: 1
            rules:
              - { id: harmless, decision: allow, tools: [test/*], reason: Harmless. }
            """, "test.yaml"),
    }
        .Add("top", new ScriptedChatClient(Calls(("agent-ask_middle", new { request = "send" })), Says("top done")), asks: ["middle"])
        .Add("middle", new ScriptedChatClient(Calls(("agent-ask_bottom", new { request = "send" })), Says("middle done")), asks: ["bottom"])
        .Add("bottom", new ScriptedChatClient(Calls(("test-look", null), ("test-send", null)), Says("bottom done")), tools: [look, send]);

    private StopList Stops() => new(_directory.Path, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)));

    private async Task BeginAsync(string session, string run, params string[] ancestors) => await _journal.AppendAsync(session, 0,
    [
        new RunStarted { RunId = run, Agent = BudgetHost.Agent, Principal = "alice", Request = "hi", Instructions = "", PolicyVersion = "1", Ancestors = ancestors },
        new RunInterrupted { RunId = run, Reason = "to be resumed" },
    ], TestContext.Current.CancellationToken);

    private BudgetHost Host(params Func<IReadOnlyList<ChatMessage>, ChatResponse>[] replies) => new(
        _journal,
        new ScriptedChatClient(replies),
        TestTools.Create("look", ToolEffect.Read, () =>
        {
            _onLook();
            return "seen";
        }),
        TestTools.Create("send", ToolEffect.Once, () =>
        {
            _sends++;
            _onLook();
            return "sent";
        })) { Stops = Stops().Switch };
}
