namespace KernelHost.Policy.Budgets;

/// <summary>A budget that several runs share: an entry of <c>KernelHost:Budgets</c>. Immutable.</summary>
public sealed class BudgetRule
{
    internal BudgetRule(string kind, string name, BudgetPeriod period, IReadOnlyDictionary<string, long> limits) =>
        (Kind, Name, Period, Limits) = (kind, name, period, limits);

    /// <summary>The scope as it is written: <c>tenant</c>, <c>agent/support</c>, <c>session/*</c>.</summary>
    public string Scope => Name.Length == 0 ? Kind : $"{Kind}/{Name}";

    /// <summary>When it begins anew.</summary>
    public BudgetPeriod Period { get; }

    /// <summary>The limit of each measure.</summary>
    public IReadOnlyDictionary<string, long> Limits { get; }

    internal string Kind { get; }

    internal string Name { get; }

    /// <summary>Whether the rule has an account for something of this kind and name; with <c>*</c> each name has an account of its own.</summary>
    internal bool Covers(string kind, string name) => Kind == kind && (Name == name || Name == "*");
}
