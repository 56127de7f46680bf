using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Models;
using KernelHost.Policy.Budgets;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Routing;
using KernelHost.Tests.Runs.Support;
using KernelHost.Text;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Budgets;

/// <summary>A plugin asks the model itself, through what the host hands it with the call.</summary>
public sealed class PluginModelTests
{
    private IChatClient? _kept;

    [Fact]
    public async Task Model_AskedByAPlugin_CountsAsUseOfTheRunAndStandsInTheOutcome()
    {
        var model = Model(Calls(("test-digest", null)), Says("Done."));
        var host = new BudgetHost(new MemoryJournal(), model, Digest(times: 2));

        var result = await host.StartAsync("digest");

        var outcome = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallCompleted>());
        Assert.Equal(new CallUsage(2, 20, 10, 40_000), outcome.Usage);
        Assert.Equal((2, 4, 40L, 20L, 80_000L), (result.Usage.Steps, result.Usage.ModelCalls, result.Usage.InputTokens, result.Usage.OutputTokens, result.Usage.CostMicros));
    }

    [Fact]
    public async Task Model_ThatTheAgentNamesForExtraction_IsAskedInItsPlaceAtItsOwnPrice()
    {
        var own = new ScriptedChatClient(Calls(("test-digest", null)), Says("Done."));
        var small = new ScriptedChatClient(Says("Digest."));
        var host = new BudgetHost(new MemoryJournal(), own, Digest(times: 2))
        {
            Extraction = new BoundModel("small", small) { ModelId = "small-1", Price = new ModelPrice(100_000_000, 100_000_000, 100_000_000), MaxOutputTokens = 70 },
        };

        var result = await host.StartAsync("digest");

        var outcome = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallCompleted>());
        Assert.Equal(new CallUsage(2, 20, 10, 3_000), outcome.Usage);
        Assert.Equal((2, 2), (own.Requests.Count, small.Requests.Count));
        Assert.All(small.Options, static options => Assert.Equal(("small-1", 70), (options!.ModelId, options.MaxOutputTokens)));
        Assert.Equal((4, 43_000L), (result.Usage.ModelCalls, result.Usage.CostMicros));
    }

    [Fact]
    public async Task Model_AskedAgainAndAgain_StaysWithinTheRunsLimitAndThePluginReadsWhy()
    {
        var model = Model(Calls(("test-digest", null)), Says("Done."));
        var host = new BudgetHost(new MemoryJournal(), model, Digest(times: 1000)) { Limits = new AgentLimits { Tokens = 1000 } };

        var result = await host.StartAsync("digest");

        var failed = Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>());
        Assert.Equal("Error: The model is not asked: the run has reached its limit of 1000 tokens.", failed.Error);
        Assert.True(failed.Usage!.ModelCalls > 10);
        Assert.InRange(result.Usage.InputTokens + result.Usage.OutputTokens, 500, 1000);
    }

    [Fact]
    public async Task Model_AskedSideBySide_TogetherTheyStayWithinTheLimit()
    {
        var model = Model(Calls(("test-digest", new { topic = "a" }), ("test-digest", new { topic = "b" }), ("test-digest", new { topic = "c" })), Says("Done."));
        var host = new BudgetHost(new MemoryJournal(), model, Digest(times: 1000)) { Limits = new AgentLimits { Money = new Money(1_000_000, "USD") } };

        var result = await host.StartAsync("digest");

        Assert.InRange(result.Usage.CostMicros, 500_000, 1_000_000);
    }

    [Fact]
    public async Task Model_OfAPlugin_DrawsFromSharedBudgets()
    {
        using var budgets = new SharedBudgets(
            new BudgetRules([new BudgetRule("plugin", "test", BudgetPeriod.Total, new Dictionary<string, long> { [BudgetMeasure.ModelCalls] = 3 })], "USD"), Ledger.InMemory);
        var host = new BudgetHost(new MemoryJournal(), Model(Calls(("test-digest", null)), Says("Done.")), Digest(times: 5)) { Budgets = budgets };

        var result = await host.StartAsync("digest");

        Assert.Equal(3, Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>()).Usage!.ModelCalls);
        Assert.Equal((3L, 0L), budgets.Ledger.List().Where(row => row.Account == "plugin/test").Select(row => (row.Used, row.Reserved)).Single());
    }

    [Fact]
    public async Task Model_Undeclared_IsRefused()
    {
        var host = new BudgetHost(new MemoryJournal(), Model(Calls(("test-digest", null)), Says("Done.")), Digest(times: 1, declared: false));

        var result = await host.StartAsync("digest");

        Assert.Equal("Error: An error occurred invoking 'test-digest'.", Assert.Single((await host.EventsAsync(result.SessionId)).OfType<CallFailed>()).Error);
        Assert.Equal(2, result.Usage.ModelCalls);
    }

    [Fact]
    public async Task Model_KeptBeyondTheCall_IsClosed()
    {
        var host = new BudgetHost(new MemoryJournal(), Model(Calls(("test-digest", null)), Says("Done.")), Digest(times: 1));
        await host.StartAsync("digest");

        await Assert.ThrowsAsync<InvalidOperationException>(() => _kept!.GetResponseAsync("more", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Null(_kept!.GetService(typeof(ScriptedChatClient)));
    }

    [Fact]
    public async Task CheaperModel_WhenTheOwnDoesNotFit_GoesOnUntilThatDoesNotFitEither()
    {
        var cheap = new ScriptedChatClient(Calls(("test-look", new { id = 1 })));
        var look = TestTools.Create("look", ToolEffect.Read, (int id) => Guid.NewGuid().ToString());
        var host = new BudgetHost(new MemoryJournal(), new ScriptedChatClient(Calls(("test-look", new { id = 1 }))), look)
        {
            Limits = new AgentLimits { Money = new Money(300_000, "USD"), Steps = 1000, RepeatedCalls = 0, StaleRounds = 0, ToolCalls = 1000 },
            CheaperModel = new ChatModel("small", "test", "small-1", cheap) { Price = new ModelPrice(100_000_000, 200_000_000, 100_000_000) },
        };

        var result = await host.StartAsync("look for ever");

        Assert.Equal((RunStatus.Stopped, "0.30 USD"), (result.Status, result.Limit));
        Assert.NotEmpty(cheap.Requests);
        Assert.All(cheap.Options, options => Assert.Equal("small-1", options!.ModelId));
        Assert.InRange(result.Usage.CostMicros, 250_000, 300_000);
    }

    private static InnerModel Model(params Func<IReadOnlyList<ChatMessage>, ChatResponse>[] replies) => new(new ScriptedChatClient(replies));

    private Tool Digest(int times, bool declared = true) => TestTools.Create(
        "digest",
        ToolEffect.Read,
        async (ToolContext context, string? topic = null) =>
        {
            _kept = context.ChatClient;
            var text = "";
            for (var i = 0; i < times; i++)
            {
                text = (await context.ChatClient.GetResponseAsync($"digest {topic}")).Text;
            }

            return text;
        },
        usesModel: declared);

    // Answers plugins by itself and the run from the script.
    private sealed class InnerModel(IChatClient script) : DelegatingChatClient(script)
    {
        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            messages.First().Text.StartsWith("digest ", StringComparison.Ordinal)
                ? Task.FromResult(Says("digested")([]))
                : base.GetResponseAsync(messages, options, cancellationToken);
    }
}
