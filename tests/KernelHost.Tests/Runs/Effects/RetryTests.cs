using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Effects;

/// <summary>Faults that pass by themselves are tried again where that harms nobody.</summary>
public sealed class RetryTests : IAsyncDisposable
{
    private readonly MemoryJournal _disk = new();
    private readonly TimerClock _clock = new();
    private readonly List<string> _keys = [];

    [Theory]
    [InlineData(ToolEffect.Read)]
    [InlineData(ToolEffect.Idempotent)]
    [InlineData(ToolEffect.Keyed)]
    public async Task TransientFault_OfARepeatableCall_IsTriedAgainWithTheSameKey(ToolEffect effect)
    {
        var host = Host(effect, attempt => attempt < 3 ? new ToolException("busy") { IsTransient = true } : null);

        var result = await RunAsync(host, pauses: 2);

        var completed = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallCompleted>());
        Assert.Equal(("got it", 3), (completed.Result, completed.Attempts));
        Assert.Equal([$"{result.RunId}/1.1", $"{result.RunId}/1.1", $"{result.RunId}/1.1"], _keys);
        Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallStarted>());
        await host.AssertReplaysAsync(result.RunId);
    }

    [Theory]
    [InlineData(ToolEffect.Once)]
    [InlineData(ToolEffect.Compensable)]
    public async Task TransientFault_OfACallThatMustNotBeRepeated_IsAFailure(ToolEffect effect)
    {
        var host = Host(effect, _ => new ToolException("busy") { IsTransient = true });

        var result = await host.StartAsync("go");

        Assert.Single(_keys);
        Assert.Null(Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>()).Attempts);
    }

    [Fact]
    public async Task TransientFault_ThatStays_IsAFailureAfterTheLastAttempt()
    {
        var host = Host(ToolEffect.Read, _ => new HttpRequestException(HttpRequestError.ConnectionError, "secret address"));

        var result = await RunAsync(host, pauses: 2);

        var failure = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>());
        Assert.Equal((3, 3, "Error: An error occurred invoking 'test-fetch'."), (_keys.Count, failure.Attempts, failure.Error));
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task TransientFault_ThenALastingOne_IsTheLastingOne()
    {
        var host = Host(ToolEffect.Keyed, attempt => new ToolException($"no {attempt}") { IsTransient = attempt == 1 });

        var result = await RunAsync(host, pauses: 1);

        var failure = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>());
        Assert.Equal((2, "Error: no 2"), (failure.Attempts, failure.Error));
        await host.AssertReplaysAsync(result.RunId);
    }

    [Theory]
    [InlineData(ToolEffect.Read, RunStatus.Interrupted)]
    [InlineData(ToolEffect.Keyed, RunStatus.Interrupted)]
    public async Task Cancelled_BeforeTheNextAttempt_NothingIsTriedAgain(ToolEffect effect, RunStatus status)
    {
        using var cancel = new CancellationTokenSource();
        var host = Host(effect, _ =>
        {
            cancel.Cancel();
            return new ToolException("busy") { IsTransient = true };
        });

        var result = await host.StartAsync("go", cancellationToken: cancel.Token);

        Assert.Equal((status, 1), (result.Status, _keys.Count));
        var failures = (await host.EventsAsync(result.SessionId)).OfType<CallFailed>();
        Assert.Equal(effect == ToolEffect.Read ? 0 : 1, failures.Count());
    }

    [Fact]
    public async Task ParallelReads_EachTriedAgain_Replay()
    {
        Dictionary<string, int> attempts = [];
        var fetch = TestTools.Create("fetch", ToolEffect.Read, (ToolContext context) =>
        {
            lock (attempts)
            {
                var attempt = attempts[context.CallId] = attempts.GetValueOrDefault(context.CallId) + 1;
                return attempt < 3 ? throw new TimeoutException() : context.CallId;
            }
        });
        var host = new RunHost(_disk, new ScriptedChatClient(Calls(("test-fetch", null), ("test-fetch", null), ("test-fetch", null)), Says("Done.")), fetch) { Clock = _clock };

        var result = await RunAsync(host, pauses: 6);

        Assert.All((await host.EventsAsync(result.SessionId)).OfType<CallCompleted>(), completed => Assert.Equal(3, completed.Attempts));
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public void Delay_DoublesAndIsTheSameForTheSameCallOnly()
    {
        var delays = Enumerable.Range(1, 6).Select(attempt => RetryDelay.After("run_1/1.1", attempt).TotalMilliseconds).ToList();

        Assert.Equal(delays, Enumerable.Range(1, 6).Select(attempt => RetryDelay.After("run_1/1.1", attempt).TotalMilliseconds));
        Assert.All(delays.Index(), delay => Assert.InRange(delay.Item, 100 * Math.Pow(2, delay.Index), 200 * Math.Pow(2, delay.Index)));
        Assert.True(Enumerable.Range(1, 20).Select(call => RetryDelay.After($"run_1/{call}.1", 1)).Distinct().Count() > 10);
    }

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    private async Task<RunResult> RunAsync(RunHost host, int pauses)
    {
        var running = host.StartAsync("go");
        for (var i = 0; i < pauses; i++)
        {
            await _clock.PassAsync(due => due > TimeSpan.Zero && due < TimeSpan.FromSeconds(1));
        }

        return await running;
    }

    private RunHost Host(ToolEffect effect, Func<int, Exception?> fault)
    {
        var fetch = TestTools.Create("fetch", effect, (ToolContext context) =>
        {
            _keys.Add(context.IdempotencyKey);
            return fault(_keys.Count) is { } exception ? throw exception : "got it";
        });
        return new RunHost(_disk, new ScriptedChatClient(Calls(("test-fetch", null)), Says("Done.")), fetch)
        {
            Clock = _clock,
            Policy = PolicyDocument.Parse("version: 1\nrules:\n  - { id: all, decision: allow, tools: [test/*] }", "policy.yaml"),
        };
    }
}
