using System.Collections.Concurrent;
using KernelHost.Agents;
using KernelHost.Policy.Budgets;

namespace KernelHost.Runs.Budgets;

/// <summary>The budgets that runs share, and their ledger, which is opened when it is first needed. Safe for concurrent use; owns the ledger.</summary>
/// <param name="rules">The budgets of the configuration.</param>
/// <param name="open">Opens the ledger.</param>
internal sealed class SharedBudgets(BudgetRules rules, Func<Ledger> open) : IDisposable
{
    private readonly Lazy<Ledger> _ledger = new(open);

    // Runs of this process that have sub-runs: their own calls draw from the account of the whole tree too. Null until there is the first one,
    // because every event of every run asks.
    private ConcurrentDictionary<string, BudgetAccount>? _trees;

    private int _swept;

    public BudgetRules Rules => rules;

    /// <summary>Whether this is the first time that this process asks: then it sees to what others left behind.</summary>
    public bool TakeSweep() => rules.All.Count > 0 && Interlocked.Exchange(ref _swept, 1) == 0;

    public Ledger Ledger => _ledger.Value;

    /// <summary>The account that a run, its sub-runs and theirs draw from together, as far as the run's own limits bound them; <see langword="null"/> while it has no sub-runs.</summary>
    public BudgetAccount? Tree(string runId) => Volatile.Read(ref _trees)?.GetValueOrDefault(runId);

    /// <summary>Opens the account of a run that has a sub-run, with what it has used by itself. What is there already is left as it is.</summary>
    public void OpenTree(string runId, AgentLimits limits, Spent spent)
    {
        if (Tree(runId) is not null)
        {
            return;
        }

        var account = new BudgetAccount($"tree/{runId}", BudgetPeriod.Total, Limits(limits));
        Ledger.OpenAccount(account.Key, account.Limits.Keys.Select(measure => KeyValuePair.Create(measure, Used(measure, spent))));
        Keep(runId, account);
    }

    /// <summary>Takes up the account of a run that had sub-runs before this process, or whose limits people have raised since.</summary>
    public void ReopenTree(string runId, AgentLimits limits)
    {
        if (Tree(runId) is not null || Ledger.IsOpen($"tree/{runId}"))
        {
            Keep(runId, new BudgetAccount($"tree/{runId}", BudgetPeriod.Total, Limits(limits)));
        }
    }

    public void Dispose()
    {
        if (_ledger.IsValueCreated)
        {
            _ledger.Value.Dispose();
        }
    }

    private void Keep(string runId, BudgetAccount tree) =>
        LazyInitializer.EnsureInitialized(ref _trees, static () => new ConcurrentDictionary<string, BudgetAccount>(StringComparer.Ordinal))[runId] = tree;

    // Steps and time bound the one loop that takes them; what costs something bounds all work under it.
    private static Dictionary<string, long> Limits(AgentLimits limits)
    {
        var bounds = new Dictionary<string, long>(StringComparer.Ordinal) { [BudgetMeasure.Tokens] = limits.Tokens, [BudgetMeasure.ToolCalls] = limits.ToolCalls };
        Add(BudgetMeasure.InputTokens, limits.InputTokens);
        Add(BudgetMeasure.OutputTokens, limits.OutputTokens);
        Add(BudgetMeasure.Money, limits.Money?.Micros);
        Add(BudgetMeasure.ApprovalPrompts, limits.ApprovalPrompts);
        Add(BudgetMeasure.BytesOut, limits.BytesOut);
        foreach (var (tool, calls) in limits.Tools)
        {
            Add(BudgetMeasure.Tool(tool), calls);
        }

        return bounds;

        void Add(string measure, long? limit)
        {
            if (limit is { } bound)
            {
                bounds[measure] = bound;
            }
        }
    }

    private static long Used(string measure, Spent spent) => measure switch
    {
        BudgetMeasure.Tokens => spent.InputTokens + spent.OutputTokens,
        BudgetMeasure.InputTokens => spent.InputTokens,
        BudgetMeasure.OutputTokens => spent.OutputTokens,
        BudgetMeasure.Money => spent.CostMicros,
        BudgetMeasure.ToolCalls => spent.ToolCalls,
        BudgetMeasure.ApprovalPrompts => spent.ApprovalPrompts,
        BudgetMeasure.BytesOut => spent.BytesOut,
        _ => BudgetMeasure.ToolOf(measure) is { } tool ? spent.CallsOf(tool) : 0,
    };
}
