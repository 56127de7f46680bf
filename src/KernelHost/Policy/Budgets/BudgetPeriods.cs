namespace KernelHost.Policy.Budgets;

/// <summary>When periods begin and end.</summary>
internal static class BudgetPeriods
{
    /// <summary>The beginning of the period a time is in.</summary>
    public static DateTimeOffset Start(BudgetPeriod period, DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return period switch
        {
            BudgetPeriod.Hour => new DateTimeOffset(utc.Year, utc.Month, utc.Day, utc.Hour, 0, 0, TimeSpan.Zero),
            BudgetPeriod.Day => new DateTimeOffset(utc.Year, utc.Month, utc.Day, 0, 0, 0, TimeSpan.Zero),
            BudgetPeriod.Month => new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero),
            _ => DateTimeOffset.UnixEpoch,
        };
    }

    /// <summary>When the period ends that began at a time; <see langword="null"/> when it does not end.</summary>
    public static DateTimeOffset? End(BudgetPeriod period, DateTimeOffset start) => period switch
    {
        BudgetPeriod.Hour => start.AddHours(1),
        BudgetPeriod.Day => start.AddDays(1),
        BudgetPeriod.Month => start.AddMonths(1),
        _ => null,
    };

    /// <summary><c>per day</c></summary>
    public static string Words(BudgetPeriod period) => period switch
    {
        BudgetPeriod.Hour => "per hour",
        BudgetPeriod.Day => "per day",
        BudgetPeriod.Month => "per month",
        _ => "in total",
    };
}
