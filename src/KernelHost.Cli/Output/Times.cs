using System.Globalization;

namespace KernelHost.Cli.Output;

/// <summary>Times as people read them.</summary>
internal static class Times
{
    public static string Local(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The time since a run started, for a column.</summary>
    public static string Elapsed(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");
}
