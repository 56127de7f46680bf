using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace KernelHost.Bench;

/// <summary>From the start of the process to the answer of the main job, with five plugins and all data there already.</summary>
internal static class StartBenchmark
{
    private const int Samples = 11;

    public static async Task<IReadOnlyList<Metric>> RunAsync()
    {
        var data = Directory.CreateTempSubdirectory("kernelhost-bench-");
        try
        {
            await MainJobAsync(data.FullName);
            await MainJobAsync(data.FullName);
            List<double> job = [];
            List<double> empty = [];
            List<double> ratios = [];
            for (var i = 0; i < Samples; i++)
            {
                job.Add(await MainJobAsync(data.FullName));
                empty.Add(await EmptyProgramAsync());
                ratios.Add(job[^1] / empty[^1]);
            }

            var median = Interleaved.Median(empty);
            var baseline = string.Create(CultureInfo.InvariantCulture, $"a .NET program that does nothing: {median:0} ms");
            return
            [
                new Metric("start_to_answer_ms", Interleaved.Median(job), "ms", 1000, baseline),
                new Metric("start_vs_bare", Interleaved.Median(ratios), "ratio", null, baseline),
            ];
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    // Exit code 3: the refund of the main job waits for approval, everything before it is answered.
    private static Task<double> MainJobAsync(string data)
    {
        var plugins = Metadata("Plugins").Split(';').SelectMany(directory => new[] { "--plugins", directory });
        return TimeAsync(
            3,
            [Metadata("Command"), "run", "support", "Where is my order 1042? If it is late, refund the shipping.", "--data", data, "--output", "json", .. plugins]);
    }

    private static Task<double> EmptyProgramAsync() => TimeAsync(0, [typeof(StartBenchmark).Assembly.Location, Benchmarks.Nothing]);

    private static async Task<double> TimeAsync(int expectedExit, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return process.ExitCode == expectedExit ? elapsed : throw new InvalidOperationException($"exit {process.ExitCode}: {await output}{await error}");
    }

    private static string Metadata(string key) => typeof(StartBenchmark).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
