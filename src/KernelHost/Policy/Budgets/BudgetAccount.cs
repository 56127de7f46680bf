namespace KernelHost.Policy.Budgets;

/// <summary>An account that work draws from: a budget applied to one agent, session, run and so on.</summary>
/// <param name="Name">What it is for: <c>agent/support</c>.</param>
/// <param name="Period">When it begins anew.</param>
/// <param name="Limits">The limit of each measure.</param>
internal sealed record BudgetAccount(string Name, BudgetPeriod Period, IReadOnlyDictionary<string, long> Limits)
{
    /// <summary>The name in the ledger: two budgets of one scope with other periods are two accounts.</summary>
    public string Key { get; } = Period == BudgetPeriod.Total ? Name : $"{Name}@{Period.ToString().ToLowerInvariant()}";
}
