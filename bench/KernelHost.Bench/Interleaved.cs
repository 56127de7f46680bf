using System.Diagnostics;
using System.Runtime;

namespace KernelHost.Bench;

/// <summary>Measures two pieces of work in turn, so that a machine whose speed drifts slows both alike.</summary>
internal static class Interleaved
{
    private const int CalmTurns = 3;
    private const int FewMethods = 3;
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(30);

    /// <summary>Microseconds per unit of each, and the median of the ratios pair by pair.</summary>
    internal readonly record struct Pair(double Ours, double Baseline, double Ratio);

    public static async Task<Pair> CompareAsync(
        Func<Task> ours, Func<Task> baseline, int repeats, double oursUnits = 1, double baselineUnits = 1, int samples = 15, bool processCpu = false)
    {
        await WarmUpAsync(async () =>
        {
            await MeasureAsync(ours, repeats, oursUnits, processCpu);
            await MeasureAsync(baseline, repeats, baselineUnits, processCpu);
        });

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

    /// <summary>
    /// Does the work until hardly anything of it is left to compile. The runtime compiles a method for good in the background, after some
    /// dozens of calls; work that mostly waits for a disk makes few of them, and would be measured half compiled after a fixed number of turns.
    /// </summary>
    public static async Task WarmUpAsync(Func<Task> work)
    {
        var calm = 0;
        for (var started = Stopwatch.GetTimestamp(); calm < CalmTurns && Stopwatch.GetElapsedTime(started) < LongestWarmUp;)
        {
            var compiled = JitInfo.GetCompiledMethodCount();
            await work();
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            calm = JitInfo.GetCompiledMethodCount() - compiled <= FewMethods ? calm + 1 : 0;
        }
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
