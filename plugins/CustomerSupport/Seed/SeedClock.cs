namespace KernelHost.Plugins.CustomerSupport.Seed;

internal static class SeedClock
{
    public static DateTimeOffset At(DateOnly day, int hour, int minute) => new(day, new TimeOnly(hour, minute), TimeSpan.Zero);

    /// <summary>What is ordered before 14:00 on a working day leaves the same day, everything else on the next working day.</summary>
    public static DateOnly DispatchDay(DateTimeOffset placedAt)
    {
        var day = DateOnly.FromDateTime(placedAt.UtcDateTime);
        return WorkingDay(day) == day && placedAt.Hour < 14 ? day : WorkingDay(day.AddDays(1));
    }

    /// <summary>The day itself, or the Monday after when it is a weekend.</summary>
    public static DateOnly WorkingDay(DateOnly day) => day.DayOfWeek switch
    {
        DayOfWeek.Saturday => day.AddDays(2),
        DayOfWeek.Sunday => day.AddDays(1),
        _ => day,
    };
}
