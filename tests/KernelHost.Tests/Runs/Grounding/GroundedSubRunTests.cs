using KernelHost.Agents;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Grounding;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Grounding;

/// <summary>Citations that go from one agent to another.</summary>
public sealed class GroundedSubRunTests
{
    private static readonly Func<IReadOnlyList<ChatMessage>, ChatResponse> Ask = Calls(("agent-ask_research", new { request = "find" }));
    private static readonly Func<IReadOnlyList<ChatMessage>, ChatResponse> Search = Calls(("test-search", new { query = "x" }));

    [Fact]
    public async Task Start_SubRunCites_TheRunAboveIsHeldToTheSamePassages()
    {
        ScriptedChatClient desk = new(Ask, Says("Research says \"we refund the shipping costs\" [1], and \"we never refund the shipping costs\" [1]."));
        var house = House(desk, new ScriptedChatClient(Search, Says("It is `list[1]`: \"we refund the shipping costs\" [1], cake [9].")));

        var result = await house.StartAsync("desk", "refund?");

        Assert.Equal("It is `list[1]`: \"we refund the shipping costs\" [1], cake.", System.Text.Json.JsonElement.Parse(ResultOf(desk)).GetProperty("answer").GetString());
        Assert.Equal([CitationStatus.Verified, CitationStatus.QuoteMismatch], result.Grounding!.Citations.Select(check => check.Status));
        Assert.Equal("Research says \"we refund the shipping costs\" [1], and \"we never refund the shipping costs\".", result.Answer);
        Assert.Equal(["late.md"], result.Citations.Select(citation => citation.Source));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_SubRunFindsNothing_TheRunAboveReadsThat()
    {
        ScriptedChatClient desk = new(Ask, Says("[not-found] Nobody knows."));
        var house = House(desk, new ScriptedChatClient(Search, Says("[not-found] No article says that.")));

        var result = await house.StartAsync("desk", "refund?");

        Assert.Contains("\"notFound\":true", ResultOf(desk), StringComparison.Ordinal);
        Assert.Contains("No article says that.", ResultOf(desk), StringComparison.Ordinal);
        Assert.Equal(("Nobody knows.", true), (result.Answer, result.Grounding!.NotFound));
        await AssertReplaysAsync(house);
    }

    [Fact]
    public async Task Start_HandedOver_TheRulesAreThoseOfWhoAnswers()
    {
        ScriptedChatClient desk = new(Calls(("agent-hand_over_to_billing", new { reason = "Money." })));
        ScriptedChatClient billing = new(Calls(("never", null)), Search, Says("Cake [9]."));
        var house = new AgentHouse(new MemoryJournal())
            .Add("desk", desk, handsTo: ["billing"], grounding: new GroundingRules { Citations = CitationUse.Off })
            .Add("billing", billing, tools: [Tool()], grounding: new GroundingRules { OnFalse = FalseCitation.Refuse });

        var result = await house.StartAsync("desk", "cake?");

        Assert.Equal(GroundingOutcome.Refused, result.Grounding!.Outcome);
        Assert.Equal(FalseCitation.Refuse, (await house.EventsAsync(result.SessionId)).OfType<HandedOver>().Single().Grounding!.OnFalse);
        await AssertReplaysAsync(house);
    }

    private static AgentHouse House(ScriptedChatClient desk, ScriptedChatClient research) => new AgentHouse(new MemoryJournal())
        .Add("desk", desk, asks: ["research"])
        .Add("research", research, tools: [Tool()]);

    private static KernelHost.Catalog.Tool Tool() => TestTools.Create("search", ToolEffect.Read, IReadOnlyList<Passage> (string query) => [new("late.md", Verified.Late)]);

    private static string ResultOf(ScriptedChatClient desk) => desk.Requests[1][^1].Contents.OfType<FunctionResultContent>().Single().Result!.ToString()!;

    private static async Task AssertReplaysAsync(AgentHouse house)
    {
        foreach (var run in await house.RunsAsync())
        {
            var report = await new RunReplay(house, house.Journal).ReplayAsync(run.RunId, TestContext.Current.CancellationToken);
            Assert.True(report.IsEqual, $"{run.Agent}: {string.Join("\n", report.Differences)}\n{string.Join("\n", report.Notes)}");
        }
    }
}
