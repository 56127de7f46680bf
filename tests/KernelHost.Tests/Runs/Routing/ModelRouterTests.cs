using System.Text;
using KernelHost.Catalog;
using KernelHost.Models;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Runs.Routing;
using KernelHost.Runs.Stops;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.SemanticKernel;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Routing;

public sealed class ModelRouterTests : IDisposable
{
    private static readonly Tool Look = TestTools.Create("look", ToolEffect.Read, () => "seen");
    private readonly ScriptedChatClient _second = new(Calls(("test-look", null)), Calls(("test-look", null)), Says("second"));
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _second.Dispose();

    [Fact]
    public async Task Start_FirstModelFailsForAListedReason_TheNextAnswersAndTheFirstIsLeftAlone()
    {
        using FailingChatClient first = new(ModelFailureReason.RateLimit, new ScriptedChatClient(Says("first")));
        var host = Host(first, (_second, [ModelFailureReason.RateLimit]));

        var (result, events) = await RunAsync(host);

        Assert.Equal((RunStatus.Completed, "second", 1), (result.Status, result.Answer, first.Asked));
        var replies = events.OfType<ModelReplied>().ToList();
        Assert.Equal([new FellOver("default", ModelFailureReason.RateLimit, 60)], replies[0].FellOver);
        Assert.All(replies, reply => Assert.Equal("m1", reply.RoutedTo));
        Assert.All(replies.Skip(1), reply => Assert.Null(reply.FellOver));
        await AssertReplaysAsync(host, result);
    }

    [Fact]
    public async Task Start_TheRestIsOver_TheFirstModelIsAskedAgain()
    {
        FailingChatClient? first = null;
        using FailingChatClient failing = first = new(ModelFailureReason.Timeout, new ScriptedChatClient(Says("x"), Says("first is back")));
        var wait = TestTools.Create("look", ToolEffect.Read, () =>
        {
            first.Fails = false;
            _clock.Advance(TimeSpan.FromSeconds(61));
            return "seen";
        });
        var host = Host(failing, [wait], (_second, [ModelFailureReason.Timeout]));

        var (result, events) = await RunAsync(host);

        Assert.Equal("first is back", result.Answer);
        Assert.Null(events.OfType<ModelReplied>().Last().RoutedTo);
        await AssertReplaysAsync(host, result);
    }

    [Fact]
    public async Task Start_ReasonIsNotListed_NothingIsSentElsewhere()
    {
        using FailingChatClient first = new(ModelFailureReason.ContentFilter, new ScriptedChatClient(Says("first")));
        var host = Host(first, (_second, [ModelFailureReason.RateLimit]));

        var (result, _) = await RunAsync(host);

        Assert.Equal((RunStatus.Interrupted, true), (result.Status, result.Failed));
        Assert.Empty(_second.Requests);
        await AssertReplaysAsync(host, result);
    }

    [Fact]
    public async Task Start_SeveralFail_EachReasonChoosesItsOwnNext()
    {
        using FailingChatClient first = new(ModelFailureReason.ContextLength, new ScriptedChatClient(Says("first")));
        using FailingChatClient never = new(ModelFailureReason.Unavailable, new ScriptedChatClient(Says("never")));
        using FailingChatClient third = new(ModelFailureReason.Unavailable, new ScriptedChatClient(Says("third")));
        var host = Host(first, (never, [ModelFailureReason.RateLimit]), (third, [ModelFailureReason.ContextLength]), (_second, [ModelFailureReason.Unavailable]));

        var (result, events) = await RunAsync(host);

        Assert.Equal(("second", 0), (result.Answer, never.Asked));
        Assert.Equal(["default", "m2"], events.OfType<ModelReplied>().First().FellOver!.Select(fell => fell.Model));
        await AssertReplaysAsync(host, result);
    }

    [Fact]
    public async Task Start_StreamBreaksOffInTheMiddle_TheAnswerHoldsNothingOfItAndTheObserverIsTold()
    {
        using FailingChatClient first = new(ModelFailureReason.Unavailable, new ScriptedChatClient(Says("first"))) { SaysFirst = "Half an ans" };
        using ScriptedChatClient other = new(Says("Whole answer."));
        var host = Host(first, (other, [ModelFailureReason.Unavailable]));
        Watcher watcher = new();

        var result = await host.Engine.StartAsync(new RunRequest("a", "go", "alice"), watcher, TestContext.Current.CancellationToken);

        Assert.Equal(("Whole answer.", "Half an ans|Whole answer."), (result.Answer, watcher.Text.ToString()));
    }

    [Fact]
    public async Task Start_FirstModelMayBillWhatItDidNotAnswer_TheRunIsChargedForBoth()
    {
        using FailingChatClient first = new(ModelFailureReason.Timeout, new ScriptedChatClient(Says("first"))) { Billed = true };
        var host = Host(first, (_second, [ModelFailureReason.Timeout]));

        var (result, events) = await RunAsync(host);

        var replies = events.OfType<ModelReplied>().ToList();
        var charged = Assert.Single(replies[0].FellOver!).Charged!;
        Assert.True(charged is { InputTokens: > 0, OutputTokens: > 0 });
        Assert.Equal(
            (replies.Sum(reply => reply.InputTokens) + charged.InputTokens, replies.Sum(reply => reply.OutputTokens) + charged.OutputTokens, replies.Count + 1),
            (result.Usage.InputTokens, result.Usage.OutputTokens, result.Usage.ModelCalls));
        await AssertReplaysAsync(host, result);
    }

    [Fact]
    public async Task Stop_WhileTheFirstModelFails_TheNextIsNotAsked()
    {
        using TemporaryDirectory directory = new();
        StopList stops = new(directory.Path, _clock);
        using FailingChatClient first = new(ModelFailureReason.RateLimit, new ScriptedChatClient(Says("first")))
        {
            When = _ =>
            {
                stops.Add("agent/a", "enough", "carol");
                return true;
            },
        };
        var host = Host(first, (_second, [ModelFailureReason.RateLimit]));
        host.Stops = stops.Switch;

        var (result, events) = await RunAsync(host);

        Assert.Equal(RunStatus.Interrupted, result.Status);
        Assert.Empty(_second.Requests);
        Assert.True(Assert.IsType<RunInterrupted>(events[^1]) is { Stopped: true, Charged: null });
        await AssertReplaysAsync(host, result);
    }

    private static async Task<(RunResult, IReadOnlyList<RunEvent>)> RunAsync(Binder host)
    {
        var result = await host.Engine.StartAsync(new RunRequest("a", "go", "alice"), observer: null, TestContext.Current.CancellationToken);
        return (result, await host.Journal.ReadAsync(result.SessionId, 0, TestContext.Current.CancellationToken));
    }

    private static async Task AssertReplaysAsync(Binder host, RunResult result)
    {
        var report = await new RunReplay(host, host.Journal).ReplayAsync(result.RunId, TestContext.Current.CancellationToken);
        Assert.True(report.IsEqual, string.Join("\n", report.Differences.Select(difference => difference.ToString()).Concat(report.Notes)));
    }

    private Binder Host(IChatClient first, params (IChatClient Client, ModelFailureReason[] On)[] others) => Host(first, [Look], others);

    private Binder Host(IChatClient first, Tool[] tools, params (IChatClient Client, ModelFailureReason[] On)[] others) => new(_clock, () =>
        new BoundAgent("a", first, new Kernel(), tools, PolicyDocument.Default.Bind(tools))
        {
            Fallbacks = [.. others.Select((other, i) => new BoundFallback(new BoundModel($"m{i + 1}", other.Client), other.On.ToHashSet()))],
        });

    private sealed class Watcher : RunObserver
    {
        public StringBuilder Text { get; } = new();

        public override ValueTask OnTextAsync(string text, CancellationToken cancellationToken)
        {
            Text.Append(text);
            return default;
        }

        public override ValueTask OnRestartAsync(CancellationToken cancellationToken)
        {
            Text.Append('|');
            return default;
        }
    }

    private sealed class Binder(TimeProvider clock, Func<BoundAgent> bind) : AgentBinder
    {
        public MemoryJournal Journal { get; } = new();

        public KillSwitch Stops { get; set; } = KillSwitch.None;

        public RunEngine Engine => field ??= new RunEngine(this, Journal, NullLoggerFactory.Instance, clock) { Stops = Stops };

        public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken) => new(bind());
    }
}
