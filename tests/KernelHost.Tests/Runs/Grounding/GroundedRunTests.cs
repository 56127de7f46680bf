using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Grounding;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Grounding;

/// <summary>Verification in the run loop: what the principal gets, what the journal holds, what the next run reads, what a replay gives again.</summary>
public sealed class GroundedRunTests
{
    private static readonly Func<IReadOnlyList<ChatMessage>, ChatResponse> Search = Calls(("test-search", new { query = "x" }));

    private readonly List<Passage> _found =
    [
        new("late.md", Verified.Late)
        {
            Title = "Late deliveries", Section = "Refunds", Version = "0123456789abcdef", Page = 3, Position = 7, Id = "chunk-7", Integrity = Integrity.Trusted, Ingester = "host", Readers = ["alice", "staff"],
        },
        new("returns.md", Verified.Returns),
    ];

    [Fact]
    public async Task Start_AnswerWithATrueAndAFalseCitation_IsCorrectedRecordedAndReplayed()
    {
        var host = Host(new GroundingRules(), Search, Says("For late deliveries \"we refund the shipping costs\" [1], and give cake [9]."));

        var result = await host.StartAsync("Refund?");

        Assert.Equal("For late deliveries \"we refund the shipping costs\" [1], and give cake.", result.Answer);
        var citation = Assert.Single(result.Citations);
        Assert.Equal(("0123456789abcdef", 3, 7L, "chunk-7", "host", Integrity.Trusted), (citation.Version, citation.Page!.Value, citation.Position!.Value, citation.Id, citation.Ingester, citation.Integrity!.Value));
        Assert.Equal(Sources.HashOf(Verified.Late), citation.Hash);
        Assert.Equal((GroundingOutcome.Corrected, 1), (result.Grounding!.Outcome, result.Grounding.FalseCitations));
        Assert.Equal([CitationStatus.Verified, CitationStatus.NotRetrieved], result.Grounding.Citations.Select(check => check.Status));
        var completed = (await host.EventsAsync(result.SessionId)).OfType<RunCompleted>().Single();
        Assert.Equal("we refund the shipping costs", completed.Grounding!.Citations[0].InPassage.Text(Verified.Late));
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Start_AnswerWasChanged_TheNextRunReadsWhatThePrincipalRead()
    {
        ScriptedChatClient model = new(Search, Says("We give cake [9]."), Says("Again."));
        var host = new RunHost(new MemoryJournal(), model, Tool()) { Grounding = new GroundingRules { OnFalse = FalseCitation.Refuse } };
        var first = await host.StartAsync("Cake?");

        await host.StartAsync("And?", first.SessionId);

        Assert.StartsWith("The answer is withheld: [9] names no passage", first.Answer, StringComparison.Ordinal);
        Assert.Contains(model.Requests[^1], message => message.Role == ChatRole.Assistant && message.Text == first.Answer);
        Assert.DoesNotContain(model.Requests[^1], message => message.Text.Contains("cake", StringComparison.Ordinal));
        await host.AssertReplaysAsync(first.RunId);
    }

    [Fact]
    public async Task Start_SecondRunOfASession_NumbersGoOnAndEarlierPassagesCanBeCited()
    {
        // The script follows the user's messages, so the runs are told apart by what was found.
        var host = Host(new GroundingRules(), Search, Says("Shipping costs are refunded when late [1]. A third thing [3]."));
        var first = await host.StartAsync("Refund?");
        _found.Insert(0, new Passage("new.md", "A third thing is here."));

        var second = await host.StartAsync("And?", first.SessionId);

        Assert.Equal(["late.md"], first.Citations.Select(citation => citation.Source));
        Assert.Equal(["late.md", "new.md"], second.Citations.Select(citation => citation.Source));
        var events = await host.EventsAsync(first.SessionId);
        Assert.Equal([null, 2], events.OfType<RunStarted>().Select(started => started.PassagesBefore));
        Assert.Equal([3], events.OfType<CallCompleted>().Last().Passages.Select(passage => passage.Number));
        Assert.Equal([2, 3], events.OfType<CallCompleted>().Select(call => call.Found!.Value));
        await host.AssertReplaysAsync(first.RunId);
        await host.AssertReplaysAsync(second.RunId);
    }

    [Fact]
    public async Task Start_SecondRunInAnotherProcess_CitesWhatTheFirstFound()
    {
        var host = Host(new GroundingRules(), Search, Says("Shipping costs are refunded when late [1]."));
        var first = await host.StartAsync("Refund?");
        RunHost successor = new(host.Journal, new ScriptedChatClient(Says("As said, shipping costs are refunded when late [1].")), Tool());

        var second = await successor.StartAsync("Really?", first.SessionId);

        Assert.Equal(["late.md"], second.Citations.Select(citation => citation.Source));
        await successor.AssertReplaysAsync(second.RunId);
    }

    [Fact]
    public async Task Start_NothingIsFound_TheModelIsToldHowToSayItAndInventionsAreNotShown()
    {
        _found.Clear();
        ScriptedChatClient model = new(Search, Says("A refund always takes 14 days."));
        var host = new RunHost(new MemoryJournal(), model, Tool()) { Grounding = Verified.Required };

        var result = await host.StartAsync("Refund?");

        Assert.Equal((RunStatus.Completed, GroundingRules.NotFoundText, true), (result.Status, result.Answer, result.Grounding!.NotFound));
        Assert.Contains("[not-found]", model.Requests[1][^1].Contents.OfType<FunctionResultContent>().Single().Result!.ToString(), StringComparison.Ordinal);
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Start_PassageForOtherReaders_IsCitedByNobodyElse()
    {
        RunHost host = new(new MemoryJournal(), new ScriptedChatClient(Search, Says("Shipping costs are refunded when late [1]. Goods can be returned [2].")), Tool()) { Groups = ["staff"] };
        _found[0] = _found[0] with { Readers = ["board"] };
        _found[1] = _found[1] with { Readers = ["staff"] };

        var result = await host.StartAsync("Refund?");

        Assert.Equal([CitationStatus.NotVisible, CitationStatus.Verified], result.Grounding!.Citations.Select(check => check.Status));
        Assert.Equal(["returns.md"], result.Citations.Select(citation => citation.Source));
        Assert.Equal(["staff"], (await host.EventsAsync(result.SessionId)).OfType<RunStarted>().Single().Groups!);
        await host.AssertReplaysAsync(result.RunId);
    }

    [Theory]
    [InlineData(CitationUse.Optional, FalseCitation.Strip, true)]
    [InlineData(CitationUse.Off, FalseCitation.Strip, true)]
    [InlineData(CitationUse.Optional, FalseCitation.Refuse, false)]
    [InlineData(CitationUse.Required, FalseCitation.Strip, false)]
    public async Task Start_AnswerThatMayBeWithheld_IsNotStreamed(CitationUse citations, FalseCitation onFalse, bool streams)
    {
        var host = Host(new GroundingRules { Citations = citations, OnFalse = onFalse }, Search, Says("Shipping costs are refunded when late [1]."));
        TextObserver observer = new();

        var result = await host.StartAsync("Refund?", observer: observer);

        Assert.Equal(streams ? result.Answer : "", observer.Text);
    }

    [Fact]
    public async Task Start_CitationsAreOff_AnswerAndMarkersStayAsTheyAre()
    {
        var host = Host(new GroundingRules { Citations = CitationUse.Off }, Search, Says("We give cake [9][1]."));

        var result = await host.StartAsync("Cake?");

        Assert.Equal(("We give cake [9][1].", null), (result.Answer, result.Grounding));
        Assert.Equal(["late.md"], result.Citations.Select(citation => citation.Source));
        await host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Start_AgentWithNothingToCite_KeepsItsBrackets()
    {
        RunHost host = new(new MemoryJournal(), new ScriptedChatClient(Says("The interval [0, 1] and the list [3].")));

        var result = await host.StartAsync("Which?");

        Assert.Equal(("The interval [0, 1] and the list [3].", null), (result.Answer, result.Grounding));
    }

    [Fact]
    public async Task Start_SearchWasNotMadeAtAll_ACitationIsFalseAllTheSame()
    {
        RunHost host = new(new MemoryJournal(), new ScriptedChatClient(Says("We give cake [1].")), Searcher());

        var result = await host.StartAsync("Cake?");

        Assert.Equal("We give cake.", result.Answer);
    }

    [Fact]
    public async Task Start_LimitEndsIt_TheAnswerOfTheModelIsVerifiedAndThatOfTheHostCitesNothing()
    {
        var asked = Host(new GroundingRules(), new AgentLimits { Steps = 1 }, Search, Says("Shipping costs are refunded when late [1], and cake [9]."));
        var told = Host(new GroundingRules(), new AgentLimits { Steps = 1, Tokens = 20 }, Search, Says("never"));

        var ofModel = await asked.StartAsync("Refund?");
        var ofHost = await told.StartAsync("Refund?");

        Assert.Equal((RunStatus.Stopped, "Shipping costs are refunded when late [1], and cake."), (ofModel.Status, ofModel.Answer));
        Assert.Equal(RunStatus.Stopped, ofHost.Status);
        Assert.Empty(ofHost.Citations);
        await asked.AssertReplaysAsync(ofModel.RunId);
    }

    [Fact]
    public async Task Replay_RunOfATimeInWhichNothingWasVerified_IsExecutedAsItWasThen()
    {
        var host = Host(new GroundingRules { Citations = CitationUse.Off }, Search, Says("We give cake [9], see [1]."));
        var first = await host.StartAsync("Cake?");
        var second = await host.StartAsync("Cake?", first.SessionId);
        var old = await OlderAsync(await host.EventsAsync(first.SessionId), first.SessionId);
        RunHost now = new(old, new ScriptedChatClient(Says("never")), Tool()) { Grounding = Verified.Required };

        await now.AssertReplaysAsync(first.RunId);
        await now.AssertReplaysAsync(second.RunId);
    }

    [Fact]
    public async Task Replay_PassageChangedInTheJournal_ShowsInWhatIsCited()
    {
        var host = Host(new GroundingRules(), Search, Says("Shipping costs are refunded when late [1]."));
        var result = await host.StartAsync("Refund?");
        var sequence = (await host.EventsAsync(result.SessionId)).OfType<CallCompleted>().Single().Sequence;

        var changed = await host.RewriteAsync(result.SessionId, sequence, "we refund the shipping costs", "we keep the shipping costs");
        var report = await new RunHost(changed, new ScriptedChatClient(Says("never")), Tool()).ReplayAsync(result.RunId);

        Assert.Contains(report.Differences, difference => difference is { Event: "call-completed", Member: "passages" });
    }

    private RunHost Host(GroundingRules rules, params Func<IReadOnlyList<ChatMessage>, ChatResponse>[] script) => Host(rules, new AgentLimits(), script);

    private RunHost Host(GroundingRules rules, AgentLimits limits, params Func<IReadOnlyList<ChatMessage>, ChatResponse>[] script) =>
        new(new MemoryJournal(), new ScriptedChatClient(script), Tool()) { Grounding = rules, Limits = limits };

    private Tool Tool() => TestTools.Create("search", ToolEffect.Read, IReadOnlyList<Passage> (string query) => [.. _found]);

    private static Tool Searcher() => KernelHost.Hosting.RetrieverTool.Create(
        new CatalogRetriever { PluginId = "shop", PluginVersion = "1.0.0", ContentHash = "c0ffee", PluginDirectory = "", Name = "help", ModelName = "search_help", Description = "Help." },
        new KernelHost.Hosting.RetrieverSettings(),
        static (_, _, _, _) => Task.FromResult(new KernelHost.Memory.Retrieval.RetrievedPassages([], Partial: null)));

    // What an earlier version wrote: without the members that it did not know, numbers beginning anew with each run.
    private static async Task<MemoryJournal> OlderAsync(IReadOnlyList<RunEvent> events, string sessionId)
    {
        MemoryJournal journal = new();
        List<RunEvent> older = [];
        foreach (var runEvent in events)
        {
            var json = System.Text.Json.Nodes.JsonNode.Parse(RunEventJson.Write(runEvent))!.AsObject();
            foreach (var member in (string[])["grounding", "found", "passagesBefore"])
            {
                json.Remove(member);
            }

            older.Add(RunEventJson.Read(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())));
        }

        // The second run found the same two passages, and numbered them from 1 as the first did.
        var calls = older.OfType<CallCompleted>().ToList();
        var at = older.IndexOf(calls[1]);
        var second = System.Text.Json.Nodes.JsonNode.Parse(RunEventJson.Write(calls[1]))!.AsObject();
        second["passages"] = System.Text.Json.Nodes.JsonNode.Parse(RunEventJson.Write(calls[0]))!.AsObject()["passages"]!.DeepClone();
        older[at] = RunEventJson.Read(System.Text.Encoding.UTF8.GetBytes(second.ToJsonString()));
        await journal.AppendAsync(sessionId, 0, older, TestContext.Current.CancellationToken);
        return journal;
    }

    private sealed class TextObserver : RunObserver
    {
        public string Text { get; private set; } = "";

        public override ValueTask OnTextAsync(string text, CancellationToken cancellationToken)
        {
            Text += text;
            return ValueTask.CompletedTask;
        }
    }
}
