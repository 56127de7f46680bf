using KernelHost.Policy.Budgets;

namespace KernelHost.Runs.Budgets;

/// <summary>Puts what the ledger holds beside what the configuration allows.</summary>
internal static class BudgetReport
{
    /// <summary>Every account that has been used in its present period, and those that have a name of their own even when they have not.</summary>
    public static IReadOnlyList<BudgetStatus> Create(IReadOnlyList<BudgetRule> rules, IReadOnlyList<LedgerRow> rows, DateTimeOffset now) =>
        [.. rules.SelectMany(rule => Accounts(rule, rows, now))];

    private static IEnumerable<BudgetStatus> Accounts(BudgetRule rule, IReadOnlyList<LedgerRow> rows, DateTimeOffset now)
    {
        var start = BudgetPeriods.Start(rule.Period, now);
        var current = rows.Where(row => row.Period == start && Name(row.Account, rule) is not null).ToLookup(row => Name(row.Account, rule)!);
        IEnumerable<string> names = rule.Name == "*" ? current.Select(group => group.Key).Order(StringComparer.Ordinal) : [rule.Scope];
        foreach (var name in names)
        {
            foreach (var (measure, limit) in rule.Limits)
            {
                var row = current[name].FirstOrDefault(row => row.Measure == measure);
                yield return new BudgetStatus
                {
                    Account = name,
                    Period = rule.Period,
                    Measure = measure,
                    Limit = limit,
                    Used = row?.Used ?? 0,
                    Reserved = row?.Reserved ?? 0,
                    Resets = BudgetPeriods.End(rule.Period, start),
                };
            }
        }
    }

    // The name of the account when the row is one of the rule's.
    private static string? Name(string key, BudgetRule rule)
    {
        var suffix = rule.Period == BudgetPeriod.Total ? "" : $"@{rule.Period.ToString().ToLowerInvariant()}";
        if (!key.EndsWith(suffix, StringComparison.Ordinal))
        {
            return null;
        }

        var name = key[..^suffix.Length];
        return rule.Name == "*"
            ? name.StartsWith(rule.Kind + "/", StringComparison.Ordinal) && (rule.Period != BudgetPeriod.Total || !name.Contains('@', StringComparison.Ordinal)) ? name : null
            : name == rule.Scope ? name : null;
    }
}
