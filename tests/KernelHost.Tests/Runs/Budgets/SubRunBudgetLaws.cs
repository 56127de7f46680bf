using FsCheck;
using FsCheck.Fluent;
using KernelHost.Agents;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Runs.Budgets;

/// <summary>However many sub-runs work side by side, at whatever depth, with whatever a run may spend: together they stay within it, and what the run says it used is what the models used.</summary>
public sealed class SubRunBudgetLaws
{
    [Fact]
    public void SubRuns_AnyNumberSideBySideThreeLevelsDeep_NeverSpendMoreThanTheRunAboveMay() => Properties.Check(
        Arb.From(
            from tokens in Gen.Choose(300, 4000)
            from middles in Gen.Choose(1, 3)
            from bottoms in Gen.Choose(1, 3)
            from seed in Gen.Choose(0, 1_000_000)
            select new Case(tokens, middles, bottoms, seed)),
        SpendAsync,
        count: 40);

    private static async Task SpendAsync(Case one)
    {
        var bill = new Bill();
        var house = new AgentHouse(new MemoryJournal()) { Policy = PolicyDocument.Parse("version: 1", "test.yaml") };
        var middles = Names("middle", one.Middles);
        var bottoms = Names("bottom", one.Bottoms);
        house.Add("top", new Spender(bill, one.Seed, middles), asks: middles, limits: Wide with { Tokens = one.Tokens });
        middles.ForEach(name => house.Add(name, new Spender(bill, one.Seed + name[^1], bottoms), asks: bottoms, limits: Wide));
        bottoms.ForEach(name => house.Add(name, new Spender(bill, one.Seed + 7, []), tools: [TestTools.Create("look", ToolEffect.Read, () => "seen")], limits: Wide));

        var result = await house.StartAsync("top", "spend");

        Assert.True(result.Status is RunStatus.Stopped or RunStatus.Completed, $"{result.Status}: {result.Interruption}");
        Assert.True(bill.Tokens <= one.Tokens, $"{bill.Tokens} of {one.Tokens}");
        Assert.Equal(bill.Tokens, result.Usage.InputTokens + result.Usage.OutputTokens);
        Assert.All(await house.RunsAsync(), run => Assert.True(run.HasEnded));
    }

    private static AgentLimits Wide { get; } = new() { Steps = 10_000, ToolCalls = 10_000, Tokens = 1_000_000, ParallelCalls = 8 };

    private static List<string> Names(string name, int count) => [.. Enumerable.Range(1, count).Select(number => $"{name}{number}")];

    private sealed record Case(int Tokens, int Middles, int Bottoms, int Seed);

    private sealed class Bill
    {
        private long _tokens;

        public long Tokens => Interlocked.Read(ref _tokens);

        public void Add(long tokens) => Interlocked.Add(ref _tokens, tokens);
    }

    /// <summary>Asks all the agents it knows at once, and answers; without any it looks for ever. What it writes is as long as chance and the host will have it.</summary>
    private sealed class Spender(Bill bill, int seed, IReadOnlyList<string> agents) : IChatClient
    {
        private const int Sent = 5;
        private readonly Random _random = new(seed);

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            int written;
            lock (_random)
            {
                written = _random.Next(1, Math.Min(options?.MaxOutputTokens ?? 300, 300) + 1);
            }

            bill.Add(Sent + written);
            var asks = options?.ToolMode != ChatToolMode.None && (agents.Count == 0 || messages.All(message => message.Role != ChatRole.Tool));
            List<AIContent> contents = !asks ? [new TextContent("done")]
                : agents.Count == 0 ? [new FunctionCallContent("c", "test-look")]
                : [.. agents.Select(agent => new FunctionCallContent($"c_{agent}", $"agent-ask_{agent}", new Dictionary<string, object?> { ["request"] = "spend" }))];
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, contents)) { Usage = new UsageDetails { InputTokenCount = Sent, OutputTokenCount = written } });
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
