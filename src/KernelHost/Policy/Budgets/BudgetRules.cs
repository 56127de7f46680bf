namespace KernelHost.Policy.Budgets;

/// <summary>The budgets that runs share. Immutable.</summary>
/// <param name="rules">The budgets.</param>
/// <param name="currency">The host's currency.</param>
internal sealed class BudgetRules(IReadOnlyList<BudgetRule> rules, string currency)
{
    public static readonly BudgetRules None = new([], "USD");

    public IReadOnlyList<BudgetRule> All => rules;

    public string Currency => currency;

    /// <summary>Whether any budget counts the calls of plugins one by one.</summary>
    public bool HasPlugins { get; } = rules.Any(static rule => rule.Kind == "plugin");

    /// <summary>The accounts of something with a name, in the order of the configuration.</summary>
    public IEnumerable<BudgetAccount> For(string kind, string name) =>
        rules.Where(rule => rule.Covers(kind, name)).Select(rule => new BudgetAccount(name.Length == 0 ? kind : $"{kind}/{name}", rule.Period, rule.Limits));
}
