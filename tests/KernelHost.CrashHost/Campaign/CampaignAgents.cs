using System.Diagnostics;
using System.Text.Json;
using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Hosting;
using KernelHost.Loading;
using KernelHost.Policy;
using KernelHost.Policy.Budgets;
using KernelHost.Runs;
using Microsoft.SemanticKernel;

namespace KernelHost.CrashHost.Campaign;

/// <summary>
/// Three agents, each of which asks the next: reads side by side, effects of every class one after another, some after an approval and some
/// without, and sub-runs two levels deep.
/// </summary>
internal sealed class CampaignAgents : AgentBinder
{
    public const string Top = "top";
    private const string Middle = "middle";
    private const string Bottom = "bottom";

    // 'pay' and 'send' are of the class `once`; the one is asked about and the other is not.
    private const string Rules = """
        version: 1
        rules:
          - id: unasked
            decision: allow
            tools: ["crash/save", "crash/post", "crash/send", "crash/book", "agent/*"]
        """;

    /// <summary>A budget that all runs share and never reach: what its account says must be what was used.</summary>
    public static BudgetRules Budget { get; } = new(
        [new BudgetRule("tenant", "", BudgetPeriod.Total, Measures.ToDictionary(measure => measure, _ => long.MaxValue / 4))], "USD");

    private static IEnumerable<string> Measures => [BudgetMeasure.Tokens, BudgetMeasure.ModelCalls, BudgetMeasure.ToolCalls, BudgetMeasure.ApprovalPrompts];

    private readonly BoundAgent _top;
    private readonly BoundAgent _middle;
    private readonly BoundAgent _bottom;

    public CampaignAgents(CampaignWorld world, Random random)
    {
        Tool[] tools =
        [
            Make(world, random, "look", ToolEffect.Read),
            Make(world, random, "save", ToolEffect.Idempotent),
            Make(world, random, "post", ToolEffect.Keyed),
            Make(world, random, "send", ToolEffect.Once),
            Make(world, random, "pay", ToolEffect.Once),
            Make(world, random, "book", ToolEffect.Compensable),
        ];
        var askMiddle = AgentTool.Ask(Definition(Middle));
        var askBottom = AgentTool.Ask(Definition(Bottom));
        var policy = PolicyDocument.Parse(Rules, "campaign").Bind([.. tools, askMiddle, askBottom]);
        _top = Bind(
            Top,
            new CampaignModel(world, ["look", "look", "look"], ["save", "pay", "look", "post", "send", "book"], [askMiddle.ModelName, "send"], ["pay", "pay"]),
            [.. tools, askMiddle],
            policy);
        _middle = Bind(Middle, new CampaignModel(world, ["look", "send"], [askBottom.ModelName], ["post"]), [.. tools, askBottom], policy);
        _bottom = Bind(Bottom, new CampaignModel(world, ["pay", "book"], ["look", "look"]), tools, policy);
    }

    public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken) => new(agent switch
    {
        Top => _top,
        Middle => _middle,
        Bottom => _bottom,
        _ => throw new AgentException($"There is no agent '{agent}'."),
    });

    private static AgentDefinition Definition(string name) => new() { Name = name, Description = name, Instructions = "Do it.", SourcePath = "campaign" };

    private static BoundAgent Bind(string name, CampaignModel model, Tool[] tools, BoundPolicy policy) =>
        new(name, model, new Kernel(), tools, policy) { Instructions = "Do it.", Limits = new AgentLimits { ToolCalls = 1000, Steps = 1000 }, MaximumDepth = 3 };

    private static Tool Make(CampaignWorld world, Random random, string name, ToolEffect effect) => new()
    {
        PluginId = "crash",
        PluginVersion = "1.0.0",
        ContentHash = "0",
        Name = name,
        ModelName = name,
        Description = name,
        Parameters = JsonElement.Parse("""{"type":"object","properties":{}}"""),
        SchemaHash = name,
        Effect = effect,
        Function = KernelFunctionFactory.CreateFromMethod(
            (KernelArguments arguments) =>
            {
                // Time for a kill before the effect, and between the effect and its record.
                Linger(random);
                world.Do(effect, ((ToolContext)arguments[ToolInvocation.ContextKey]!).IdempotencyKey);
                Linger(random);
                return new string('r', random.Next(10, 6000));
            },
            name),
    };

    private static void Linger(Random random)
    {
        var ticks = (long)(random.NextDouble() * random.NextDouble() * Stopwatch.Frequency / 500);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetTimestamp() - started < ticks)
        {
            Thread.SpinWait(20);
        }
    }
}
