namespace KernelHost.Policy.Budgets;

/// <summary>How long a budget lasts before it begins anew, in UTC.</summary>
public enum BudgetPeriod
{
    /// <summary>Never anew.</summary>
    Total,

    /// <summary>Anew each full hour.</summary>
    Hour,

    /// <summary>Anew each midnight.</summary>
    Day,

    /// <summary>Anew on the first of each month.</summary>
    Month,
}
