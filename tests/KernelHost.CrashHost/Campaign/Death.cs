using System.Diagnostics;
using System.Globalization;

namespace KernelHost.CrashHost.Campaign;

/// <summary>When a process of the campaign dies by SIGKILL: before or after one of the events it writes, at some instant, or not at all.</summary>
/// <param name="Kind">How the moment is given.</param>
/// <param name="Value">The number of events, or microseconds since it began to work.</param>
internal readonly record struct Death(DeathKind Kind, int Value)
{
    // A top run with its sub-runs writes about 75 events, and several are under way.
    private const int Events = 160;
    private const int Microseconds = 60_000;

    public static Death None { get; } = new(DeathKind.None, 0);

    public static Death Choose(Random random) => random.Next(3) switch
    {
        0 => new Death(DeathKind.BeforeEvent, random.Next(Events)),
        1 => new Death(DeathKind.AfterEvent, random.Next(Events)),
        _ => new Death(DeathKind.Instant, random.Next(Microseconds)),
    };

    public static Death Parse(string text)
    {
        var parts = text.Split(':');
        return new Death(Enum.Parse<DeathKind>(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Value}");

    /// <summary>Kills this process as <c>kill -9</c> does.</summary>
    public static void Now()
    {
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Starts the clock when this is to die at an instant.</summary>
    public void Arm()
    {
        if (Kind != DeathKind.Instant)
        {
            return;
        }

        var ticks = Value * Stopwatch.Frequency / 1_000_000;
        var started = Stopwatch.GetTimestamp();
        var thread = new Thread(() =>
        {
            while (Stopwatch.GetTimestamp() - started < ticks)
            {
                Thread.Yield();
            }

            Now();
        })
        { IsBackground = true };
        thread.Start();
    }
}

/// <summary>How the moment of death is given.</summary>
internal enum DeathKind
{
    None,
    BeforeEvent,
    AfterEvent,
    Instant,
}
