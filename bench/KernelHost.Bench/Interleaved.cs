using System.Diagnostics;

namespace KernelHost.Bench;

/// <summary>Measures two pieces of work in turn, so that a machine whose speed drifts slows both alike.</summary>
internal static class Interleaved
{
    /// <summary>Microseconds per unit of each, and the median of the ratios pair by pair.</summary>
    internal readonly record struct Pair(double Ours, double Baseline, double Ratio);

    public static async Task<Pair> CompareAsync(
        Func<Task> ours, Func<Task> baseline, int repeats, double oursUnits = 1, double baselineUnits = 1, int samples = 15, bool processCpu = false)
    {
        // Twice, so that both are compiled at the highest tier before anything counts.
        for (var warmUp = 0; warmUp < 2; warmUp++)
        {
            await MeasureAsync(ours, repeats, oursUnits, processCpu);
            await MeasureAsync(baseline, repeats, baselineUnits, processCpu);
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        List<double> left = [];
        List<double> right = [];
        List<double> ratios = [];
        for (var sample = 0; sample < samples; sample++)
        {
            var a = await MeasureAsync(ours, repeats, oursUnits, processCpu);
            var b = await MeasureAsync(baseline, repeats, baselineUnits, processCpu);
            left.Add(a);
            right.Add(b);
            ratios.Add(a / b);
        }

        return new Pair(Median(left), Median(right), Median(ratios));
    }

    public static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static async Task<double> MeasureAsync(Func<Task> work, int repeats, double units, bool processCpu)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < repeats; i++)
        {
            await work();
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        return (processCpu ? process.TotalProcessorTime - cpu : elapsed).TotalMicroseconds / repeats / units;
    }
}
