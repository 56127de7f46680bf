namespace KernelHost.Plugins.CustomerSupport.Crm;

/// <summary>How late a delivery is. Never stored: it follows from the promised date and the clock.</summary>
/// <param name="Days">Calendar days after the promised date.</param>
/// <param name="BusinessDays">Those of them from Monday to Friday.</param>
internal readonly record struct Delay(int Days, int BusinessDays)
{
    /// <summary>From the promised date up to the delivery, or up to today when there was none.</summary>
    public static Delay Of(OrderStatus status, DateOnly promised, DateOnly? delivered, DateOnly today)
    {
        var until = delivered ?? today;
        if (status is OrderStatus.Cancelled || until <= promised)
        {
            return default;
        }

        var days = until.DayNumber - promised.DayNumber;
        var business = 0;
        for (var day = 1; day <= days; day++)
        {
            business += promised.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0 : 1;
        }

        return new Delay(days, business);
    }
}
