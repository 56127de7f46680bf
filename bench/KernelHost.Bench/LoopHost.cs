using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Journal;
using KernelHost.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SemanticKernel;

namespace KernelHost.Bench;

/// <summary>Our engine over a journal in memory with one adding tool; the policy and the telemetry are those of production.</summary>
internal sealed class LoopHost(IChatClient model) : AgentBinder
{
    public static AIFunction Add { get; } = AIFunctionFactory.Create(
        (int a, int b) =>
        {
            _calls++;
            return a + b;
        },
        "add",
        "Adds two numbers.");

    public static AgentLimits NoLimits { get; } = new() { Steps = int.MaxValue, ToolCalls = int.MaxValue, Tokens = int.MaxValue, WallTime = TimeSpan.FromHours(1) };

    private static int _calls;
    private readonly BoundAgent _agent = Bind(model);

    public RunEngine Open(JournalStore journal) => new(this, journal, NullLoggerFactory.Instance);

    public static BoundAgent Bind(IChatClient model)
    {
        Tool[] tools = [CreateTool()];
        return new BoundAgent("bench", model, new Kernel(), tools, PolicyDocument.Default.Bind(tools)) { Limits = NoLimits };
    }

    public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken) => new(_agent);

    /// <summary>Makes sure that a loop really calls the tool; one that fails to find it would look fast.</summary>
    public static async Task ExpectCallsAsync(int expected, Func<Task> turn)
    {
        var before = _calls;
        await turn();
        if (_calls - before != expected)
        {
            throw new InvalidOperationException($"The loop made {_calls - before} calls instead of {expected}.");
        }
    }

    public static Tool CreateTool() => new()
    {
        PluginId = "bench",
        PluginVersion = "1.0.0",
        ContentHash = "0",
        Name = "add",
        ModelName = "add",
        Description = Add.Description,
        Parameters = Add.JsonSchema,
        SchemaHash = CanonicalJson.Hash(Add.JsonSchema),
        Effect = ToolEffect.Read,
        Function = Add.AsKernelFunction(),
    };
}
