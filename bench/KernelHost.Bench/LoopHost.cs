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
internal sealed class LoopHost(IChatClient model, AIFunction? tool = null) : AgentBinder
{
    public static AIFunction Add { get; } = AIFunctionFactory.Create(
        (int a, int b) =>
        {
            _calls++;
            return a + b;
        },
        "add",
        "Adds two numbers.");

    /// <summary>Returns a kilobyte of text.</summary>
    public static AIFunction Text { get; } = AIFunctionFactory.Create((int a, int b) => Kilobyte, "text", "Returns a text.");

    public static AgentLimits NoLimits { get; } = new() { Steps = int.MaxValue, ToolCalls = int.MaxValue, Tokens = int.MaxValue, WallTime = TimeSpan.FromHours(1), RepeatedCalls = 1_000_000, StaleRounds = 1_000_000 };

    public static string Kilobyte { get; } = Convert.ToHexString(Enumerable.Range(0, 512).Select(i => (byte)(i * 37)).ToArray());
    private static int _calls;
    private readonly BoundAgent _agent = Bind(model, tool);

    public RunEngine Open(JournalStore journal) => new(this, journal, NullLoggerFactory.Instance);

    public static BoundAgent Bind(IChatClient model, AIFunction? tool = null)
    {
        Tool[] tools = [CreateTool(tool ?? Add)];
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

    private static Tool CreateTool(AIFunction function) => new()
    {
        PluginId = "bench",
        PluginVersion = "1.0.0",
        ContentHash = "0",
        Name = function.Name,
        ModelName = function.Name,
        Description = function.Description,
        Parameters = function.JsonSchema,
        SchemaHash = CanonicalJson.Hash(function.JsonSchema),
        Effect = ToolEffect.Read,
        Function = function.AsKernelFunction(),
    };
}
