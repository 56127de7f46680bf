using System.Globalization;

namespace KernelHost.Text;

/// <summary>Times as people write them: <c>30s</c>, <c>5m</c>, <c>1h30m</c>, <c>2d</c>, or <c>00:05:00</c>.</summary>
public static class Duration
{
    /// <summary>Reads a time.</summary>
    /// <param name="text">What somebody wrote.</param>
    /// <param name="duration">The time, when it is one.</param>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParseExact(text, ["h\\:mm\\:ss", "hh\\:mm\\:ss", "d\\.hh\\:mm\\:ss"], CultureInfo.InvariantCulture, out duration);
        }

        var seconds = 0L;
        var largest = long.MaxValue;
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 9 || Unit(rest[digits]) is not { } unit || unit >= largest)
            {
                return false;
            }

            // Units go from large to small, so that '5m1h' is not taken for something its author did not mean.
            largest = unit;
            seconds += long.Parse(rest[..digits], CultureInfo.InvariantCulture) * unit;
            rest = rest[(digits + 1)..];
        }

        duration = TimeSpan.FromSeconds(seconds);
        return text.Length > 0;
    }

    /// <summary>The form people write, exact to the second: <c>1h30m</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Part(duration.Days, 'd')}{Part(duration.Hours, 'h')}{Part(duration.Minutes, 'm')}{Part(duration.Seconds, 's')}");
        return text.Length == 0 ? "0s" : text;
    }

    private static string Part(int count, char unit) => count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");

    private static long? Unit(char letter) => letter switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86400,
        _ => null,
    };
}
