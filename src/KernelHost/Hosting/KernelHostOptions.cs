using KernelHost.Models;
using KernelHost.Policy;
using KernelHost.Policy.Budgets;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Journal.Retention;

namespace KernelHost.Hosting;

/// <summary>The section <c>KernelHost</c> of the configuration, read and checked.</summary>
public sealed class KernelHostOptions
{
    /// <summary>Where journals, memory and plugins' data are kept: <c>KernelHost:DataDirectory</c>.</summary>
    /// <value><c>kernelhost</c> in the user's local application data.</value>
    public required string DataDirectory { get; init; }

    /// <summary>Directories that hold plugins, or are plugins: <c>KernelHost:PluginDirectories</c>.</summary>
    /// <value><c>plugins</c> beside the executable.</value>
    public required IReadOnlyList<string> PluginDirectories { get; init; }

    /// <summary>Directories with agent files: <c>KernelHost:AgentDirectories</c>.</summary>
    /// <value><c>agents</c> beside the executable.</value>
    public required IReadOnlyList<string> AgentDirectories { get; init; }

    /// <summary>The policy of agents that name none: <c>KernelHost:Policy</c>.</summary>
    /// <value><see langword="null"/>: reads run, everything with an effect asks, the undeclared is denied.</value>
    public string? Policy { get; init; }

    /// <summary>The currency of prices, limits and budgets: <c>KernelHost:Currency</c>.</summary>
    /// <value><c>USD</c></value>
    public string Currency { get; init; } = "USD";

    /// <summary>What bounds a call of any tool: <c>KernelHost:Tools</c>.</summary>
    public ToolLimits ToolLimits { get; init; } = new();

    /// <summary>How many calls a plugin serves at once, over all runs of the process: <c>KernelHost:Tools:Plugins:{id}:MaxConcurrentCalls</c>.</summary>
    /// <value>Empty: no plugin is bounded.</value>
    public IReadOnlyDictionary<string, int> MaxConcurrentCalls { get; init; } = new Dictionary<string, int>();

    /// <summary>Budgets that runs share: <c>KernelHost:Budgets</c>.</summary>
    /// <value>None.</value>
    public IReadOnlyList<BudgetRule> Budgets { get; init; } = [];

    /// <summary>On whose behalf runs are made and who answers approvals: <c>KernelHost:Principal</c>.</summary>
    /// <value>The operating system's user.</value>
    public required string Principal { get; init; }

    /// <summary>The tenant and the groups of principals, which decide what of memory they see: <c>KernelHost:Principals</c>.</summary>
    /// <value>Nobody has a tenant or belongs to a group.</value>
    public Principals Principals { get; init; } = Principals.None;

    /// <summary>How retrievers search, and what bounds them: <c>KernelHost:Retrieval</c>.</summary>
    public RetrievalSettings Retrieval { get; init; } = new();

    /// <summary>How deep agents may ask agents: <c>KernelHost:AgentDepth</c>, from 1, where no agent asks another, to 16.</summary>
    /// <value>4</value>
    public int AgentDepth { get; init; } = 4;

    /// <summary>Who may answer what runs ask, and what holds where a rule says nothing: <c>KernelHost:Approvers</c> and <c>KernelHost:Approvals</c>.</summary>
    /// <value>The one person at the terminal; questions expire after seven days and park where nobody is there.</value>
    public ApprovalSettings Approvals { get; init; } = new();

    /// <summary>How long sessions are kept: <c>KernelHost:Retention</c>. <c>kernelhost journal prune</c> removes what is older.</summary>
    /// <value>For ever.</value>
    public RetentionPeriods Retention { get; init; } = new();

    /// <summary>Where memory is kept: <c>KernelHost:Memory</c>.</summary>
    /// <value>The file <c>memory.db</c> in the data directory.</value>
    public required MemoryOptions Memory { get; init; }

    /// <summary>The chat models and the embedding model: <c>KernelHost:Models</c> and <c>KernelHost:Embeddings</c>.</summary>
    public required ModelConfiguration Models { get; init; }
}
