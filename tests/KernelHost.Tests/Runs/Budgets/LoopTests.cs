using System.Text.Json;
using KernelHost.Agents;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Budgets;

public sealed class LoopTests
{
    private int _calls;

    [Fact]
    public async Task Read_SameCallAndResult_ModelIsWarnedAndThenTheRunEnds()
    {
        ScriptedChatClient model = new(Calls(("test-find", new { id = 1 })), Calls(("test-find", new { id = 1 })), Calls(("test-find", new { id = 1 })), Calls(("test-find", new { id = 1 })), Says("I give up."));
        var host = Host(model, new AgentLimits());

        var result = await host.StartAsync("find");

        Assert.Equal((RunStatus.Stopped, "loop", "I give up.", 3), (result.Status, result.Limit, result.Answer, _calls));
        var events = await host.EventsAsync(result.SessionId);
        Assert.Equal([false, false, true], events.OfType<CallStarted>().Select(started => started.Hint is not null));
        Assert.Equal(CallFailure.Loop, Assert.Single(events.OfType<CallFailed>()).Failure);
        var told = model.Requests[3][^1].Contents.OfType<FunctionResultContent>().Single().Result!.ToString()!;
        Assert.Contains("hostNote", told, StringComparison.Ordinal);
        Assert.Contains("same", told, StringComparison.Ordinal);
        Assert.Contains("again and again", model.Options[^1]!.Instructions, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_SameCallOtherResult_IsNoLoop()
    {
        var host = Host(new ScriptedChatClient(Times(5, "test-poll", new { id = 1 })), new AgentLimits());

        Assert.Equal(RunStatus.Completed, (await host.StartAsync("poll")).Status);
        Assert.Equal(5, _calls);
    }

    [Fact]
    public async Task Effect_SameCall_EndsTheRunWhateverItBrought()
    {
        var host = Host(new ScriptedChatClient(Times(5, "test-pay", new { amount = 1 })), new AgentLimits());

        Assert.Equal((RunStatus.Stopped, 3), ((await host.StartAsync("pay")).Status, _calls));
    }

    [Fact]
    public async Task Cycle_OfCallsWithChangingResults_EndsTheRun()
    {
        var turns = Enumerable.Range(0, 30).Select(i => Calls(("test-poll", new { id = i % 2 }))).ToArray();
        var host = Host(new ScriptedChatClient(turns), new AgentLimits { Steps = 40 });

        var result = await host.StartAsync("poll");

        Assert.Equal((RunStatus.Stopped, "loop"), (result.Status, result.Limit));
        Assert.InRange(_calls, 10, 14);
    }

    [Fact]
    public async Task Rounds_ThatBringNothingNew_EndTheRun()
    {
        var searches = Enumerable.Range(0, 30).Select(i => Calls(("test-search", new { query = $"question {i}" }))).ToArray();
        var host = Host(new ScriptedChatClient(searches), new AgentLimits { Steps = 40, StaleRounds = 3 });

        var result = await host.StartAsync("search");

        Assert.Equal((RunStatus.Stopped, "loop", 5), (result.Status, result.Limit, _calls));
        Assert.Contains((await host.EventsAsync(result.SessionId)).OfType<CallStarted>(), started => started.Hint?.Contains("nothing that you did not know", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Limits_Zero_NothingIsALoop()
    {
        var host = Host(new ScriptedChatClient(Times(12, "test-find", new { id = 1 })), new AgentLimits { RepeatedCalls = 0, StaleRounds = 0 });

        Assert.Equal((RunStatus.Completed, 12), ((await host.StartAsync("find")).Status, _calls));
    }

    [Fact]
    public async Task Resume_InAnotherProcess_RemembersWhatWasRepeated()
    {
        var disk = new MemoryJournal();
        var model = new ScriptedChatClient(Times(6, "test-find", new { id = 1 }));
        await Assert.ThrowsAsync<ProcessCrash>(() => new BudgetHost(new CrashingJournal(disk, 9), model, Tools()).StartAsync("find"));
        var run = Assert.Single(await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));

        var result = await new BudgetHost(disk, model, Tools()).ResumeAsync(run.RunId);

        Assert.Equal("loop", result.Limit);
        Assert.InRange(_calls, 3, 4);
    }

    [Theory]
    [InlineData("""{"a":1,"b":"x"}""", """{ "b": "\u0078", "a": 1.0 }""", true)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":"1"}""", """{"a":1}""", false)]
    [InlineData("""{"a":null}""", """{}""", false)]
    [InlineData("""{"a":1e3}""", """{"a":1000}""", true)]
    [InlineData("""{"a":"b","c":"d"}""", """{"a":"d","c":"b"}""", false)]
    public void Hash_OfCalls_IsTheSameHoweverTheyAreWritten(string one, string other, bool same) =>
        Assert.Equal(same, Hash(one) == Hash(other));

    [Fact]
    public void Hash_OfLiveValues_IsThatOfTheValuesReadBack()
    {
        Assert.Equal(ValueHash.Of(JsonElement.Parse("\"größe \\u0041\"")), ValueHash.Of("größe A"));
        Assert.Equal(ValueHash.Of(JsonElement.Parse("12")), ValueHash.Of(12));
        Assert.Equal(ValueHash.Of(JsonElement.Parse("1.5")), ValueHash.Of(1.5m));
        Assert.Equal(ValueHash.Of(JsonElement.Parse("true")), ValueHash.Of(true));
    }

    private static ulong Hash(string arguments) => ValueHash.OfCall(new CallState(
        new ProposedCall
        {
            CallId = "1.1",
            ModelCallId = "a",
            Name = "test-find",
            Arguments = JsonElement.Parse(arguments).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value),
        },
        Integrity.Trusted));

    private static Func<IReadOnlyList<ChatMessage>, ChatResponse>[] Times(int times, string tool, object arguments) =>
        [.. Enumerable.Repeat(Calls((tool, arguments)), times), Says("Done.")];

    private BudgetHost Host(ScriptedChatClient model, AgentLimits limits) => new(new MemoryJournal(), model, Tools()) { Limits = limits };

    private KernelHost.Catalog.Tool[] Tools() =>
    [
        TestTools.Create("find", ToolEffect.Read, (int id) => Count("the same")),
        TestTools.Create("poll", ToolEffect.Read, (int id) => Count($"state {_calls}")),
        TestTools.Create("search", ToolEffect.Read, (string query) => Count(new string('x', 200))),
        TestTools.Create("pay", ToolEffect.Once, (int amount) => Count($"paid {_calls}")),
    ];

    private string Count(string result)
    {
        _calls++;
        return result;
    }
}
