using KernelHost.Policy.Budgets;

namespace KernelHost.Runs.Budgets;

/// <summary>An account that has not enough left.</summary>
internal sealed record LedgerRefusal(BudgetAccount Account, string Measure, long Limit, long Used, long Reserved, long Asked)
{
    /// <summary>The limit in words: <c>500 tokens per day of agent/support</c>.</summary>
    public string Words(string currency) =>
        $"{BudgetMeasure.Words(Measure, Limit, currency)} {BudgetPeriods.Words(Account.Period)} of {Account.Name}";
}
