using System.Collections.Frozen;
using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Models;
using KernelHost.Planning;
using KernelHost.Policy;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.Routing;
using KernelHost.Runs.State;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs;

/// <summary>An agent with everything resolved: model, tools, policy, instructions. Immutable; shared by all its runs.</summary>
public sealed class BoundAgent
{
    private readonly FrozenDictionary<string, BoundTool> _tools;
    private AgentLimits _limits = new();
    private AgentLimits _declared = new();
    private ChatOptions? _options;
    private ChatOptions? _wrapUpOptions;
    private ChatOptions? _readerOptions;
    private readonly BoundTool? _reader;
    private long? _toolTokens;
    private Tool? _topUpTool;

    /// <summary>Binds an agent.</summary>
    /// <param name="name">The agent's name.</param>
    /// <param name="client">The model.</param>
    /// <param name="kernel">The kernel through which tools are invoked.</param>
    /// <param name="tools">What the agent may use.</param>
    /// <param name="policy">The policy that decides on its calls, bound to at least these tools.</param>
    /// <exception cref="RunException">A tool declares arguments that cannot be checked.</exception>
    public BoundAgent(string name, IChatClient client, Kernel kernel, IReadOnlyCollection<Tool> tools, BoundPolicy policy)
    {
        Name = name;
        Client = client;
        Kernel = kernel;
        Tools = tools;
        Policy = policy;
        _tools = tools.Select(tool => new BoundTool(tool)).ToFrozenDictionary(bound => bound.Tool.ModelName, StringComparer.Ordinal);
    }

    /// <summary>The agent's name.</summary>
    public string Name { get; }

    /// <summary>The model.</summary>
    public IChatClient Client { get; }

    /// <summary>The model's name in configuration.</summary>
    /// <value><c>default</c></value>
    public string ModelName { get; init; } = "default";

    /// <summary>How many tokens the model's window holds; <see langword="null"/> when that is not known.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>At which part of the window, in percent, the conversation is compacted.</summary>
    /// <value>75</value>
    public int CompactAtPercent { get; init; } = 75;

    /// <summary>The models to use, in this order, when the one before gives no answer.</summary>
    public IReadOnlyList<BoundFallback> Fallbacks { get; init; } = [];

    /// <summary>The model that tools ask: plugins, and the order of passages; <see langword="null"/> for the agent's own.</summary>
    public BoundModel? Extraction { get; init; }

    /// <summary>The model that summarises; <see langword="null"/> for the agent's own.</summary>
    public BoundModel? Summaries { get; init; }

    /// <summary>The model's provider, for telemetry.</summary>
    public string Provider { get; init; } = "unknown";

    /// <summary>The model's id, for telemetry and requests; <see langword="null"/> leaves it to the client.</summary>
    public string? ModelId { get; init; }

    /// <summary>What the model charges; <see langword="null"/> when nobody knows.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>The most tokens of one answer that the model's configuration allows; <see langword="null"/> when it does not say.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The model to go on with when a call does not fit with the agent's own; <see langword="null"/> when there is none.</summary>
    public ChatModel? CheaperModel { get; init; }

    /// <summary>What the model is told first.</summary>
    public string Instructions { get; init; } = "";

    /// <summary>What bounds a run.</summary>
    public AgentLimits Limits
    {
        get => _limits;
        init => (_limits, _declared) = (value, value);
    }

    /// <summary>The limits as the agent's file says, whatever a run's are.</summary>
    internal AgentLimits DeclaredLimits => _declared;

    /// <summary>What a question for more than the limits is about. No model is offered it.</summary>
    internal Tool TopUpTool => _topUpTool ??= Budgets.TopUpTool.Create(Name, _declared);

    /// <summary>How deep agents may ask agents: 1 lets this agent's runs ask nobody.</summary>
    /// <value>4</value>
    public int MaximumDepth { get; init; } = 4;

    /// <summary>Who may answer the agent's questions, and what holds where a rule says nothing.</summary>
    public ApprovalSettings Approvals { get; init; } = new();

    /// <summary>What bounds a call of any tool.</summary>
    public ToolLimits ToolLimits { get; init; } = new();

    /// <summary>The tool to read on with in a result that was cut, offered once one was; <see langword="null"/> for none.</summary>
    internal Tool? ResultReader
    {
        get => _reader?.Tool;
        init => _reader = value is null ? null : new BoundTool(value);
    }

    /// <summary>What the citations of its answers must be like.</summary>
    /// <value>They need not be there; those that are must be true.</value>
    public GroundingRules Grounding { get; init; } = new();

    /// <summary>Whether there is anything it could cite.</summary>
    internal bool CanCite => Tools.Any(static tool => tool.IsRetriever || tool.Agent is { HandsOver: false });

    /// <summary>Chooses the next step.</summary>
    /// <value>One model call with all tools offered.</value>
    public Planner Planner { get; init; } = FunctionCallingPlanner.Instance;

    internal BoundModel Model => field ??= new BoundModel(ModelName, Client) { Provider = Provider, ModelId = ModelId, ContextTokens = ContextTokens, CompactAtPercent = CompactAtPercent, Price = Price, MaxOutputTokens = MaxOutputTokens };

    /// <summary>What a call is set aside by: as much as the dearest of the models charges that may come to answer it.</summary>
    internal ModelPrice? DearestPrice => Fallbacks.Count == 0 ? Price : Fallbacks.Select(fallback => fallback.Model.Price)
        .Aggregate(Price, static (one, other) => one is null || other is null ? null
            : new ModelPrice(Math.Max(one.Input, other.Input), Math.Max(one.Output, other.Output), Math.Max(one.CachedInput, other.CachedInput)));

    internal Kernel Kernel { get; }

    internal IReadOnlyCollection<Tool> Tools { get; }

    internal BoundPolicy Policy { get; }

    /// <summary>Bounds the calls that plugins serve at once, over all agents of the host; <see langword="null"/> when none is bounded.</summary>
    internal ToolSlots? Slots { get; init; }

    internal string PolicyVersion => Policy.Version;

    internal ChatOptions Options => _options ??= CreateOptions(Tools);

    internal ChatOptions WrapUpOptions => _wrapUpOptions ??= new ChatOptions { ModelId = ModelId, Tools = Options.Tools, ToolMode = ChatToolMode.None };

    /// <summary>The tokens that declaring the tools takes, as estimated.</summary>
    internal long ToolTokens => _toolTokens ??= OffersTools ? TokenCount.OfTools(Tools) : 0;

    internal IEnumerable<string> ModelNames => _tools.Keys;

    internal BoundTool? FindTool(string modelName) =>
        _tools.TryGetValue(modelName, out var bound) ? bound : modelName == Runs.Effects.ResultReader.ModelName ? _reader : null;

    /// <summary>What a model is asked with.</summary>
    /// <param name="run">The run, which may have come to results that go on.</param>
    internal ChatOptions OptionsFor(RunState run) => run.HasCutResults && _reader is not null && OffersTools ? _readerOptions ??= CreateOptions([.. Tools, _reader.Tool]) : Options;

    /// <summary>The same agent for a run: with what people have allowed it beyond the limits, and, for a sub-run, no more than the runs above it had left.</summary>
    internal BoundAgent For(RunState run) => For(run, run.Raised);

    /// <inheritdoc cref="For(RunState)"/>
    internal BoundAgent For(RunState run, LimitRaise raised)
    {
        if (run.Started.Limits is not { } rest)
        {
            return raised == LimitRaise.None ? this : With(raised.Apply(_declared));
        }

        var limits = raised.Apply(_declared);
        return With(limits with
        {
            Steps = Math.Min(limits.Steps, rest.Steps),
            ToolCalls = Math.Min(limits.ToolCalls, rest.ToolCalls),
            Tokens = (int)Math.Min(limits.Tokens, rest.Tokens),
            WallTime = limits.WallTime < rest.WallTime ? limits.WallTime : rest.WallTime,
        });
    }

    private BoundAgent With(AgentLimits limits)
    {
        var other = (BoundAgent)MemberwiseClone();
        other._limits = limits;
        (other._options, other._wrapUpOptions, other._readerOptions) = (null, null, null);
        return other;
    }

    private bool OffersTools => Tools.Count > 0 && Limits.ToolCalls > 0;

    // Declarations only: nothing that gets hold of the options can invoke a tool past the gate.
    private ChatOptions CreateOptions(IEnumerable<Tool> tools) => new()
    {
        ModelId = ModelId,
        Tools = !OffersTools ? null : [.. tools.Select(tool => AIFunctionFactory.CreateDeclaration(tool.ModelName, tool.Description, tool.Parameters))],
        ToolMode = !OffersTools ? null : ChatToolMode.Auto,
        AllowMultipleToolCalls = !OffersTools ? null : true,
    };
}

/// <summary>A tool with its argument check ready.</summary>
internal sealed class BoundTool(Tool tool)
{
    public Tool Tool { get; } = tool;

    public ArgumentSchema Arguments { get; } = Compile(tool);

    /// <summary>May run beside others and be repeated without anybody noticing, so nothing need be on disk before it.</summary>
    public bool IsPlainRead { get; } = tool.Effect == ToolEffect.Read && !tool.Egress;

    /// <summary>May be made again after a crash with unknown outcome.</summary>
    public bool IsRepeatable { get; } = tool.Effect is ToolEffect.Read or ToolEffect.Idempotent or ToolEffect.Keyed;

    /// <summary>How fast it has answered of late.</summary>
    public ToolPace Pace { get; } = new();

    private static ArgumentSchema Compile(Tool tool)
    {
        try
        {
            return ArgumentSchema.Compile(tool.Parameters);
        }
        catch (FormatException exception)
        {
            throw new RunException($"The tool '{tool.QualifiedName}' cannot be offered: {exception.Message} Correct the plugin, or take the tool out of the agent.");
        }
    }
}
