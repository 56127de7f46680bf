using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace KernelHost.Bench;

/// <summary>From the start of the process to the answer of the main job, with five plugins and all data there already.</summary>
internal static class StartBenchmark
{
    private const int Samples = 11;

    public static async Task<IReadOnlyList<Metric>> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("kernelhost-bench-");
        var data = Path.Combine(directory.FullName, "data");
        try
        {
            var command = await PublishAsync(Path.Combine(directory.FullName, "command"));
            for (var warmUp = 0; warmUp < 2; warmUp++)
            {
                await MainJobAsync(command, data);
            }

            List<double> job = [];
            List<double> empty = [];
            List<double> ratios = [];
            for (var i = 0; i < Samples; i++)
            {
                job.Add(await MainJobAsync(command, data));
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
            directory.Delete(recursive: true);
        }
    }

    // The command as it ships, compiled ahead for this machine.
    private static async Task<string> PublishAsync(string directory)
    {
        Console.Error.WriteLine("Publishing the command as it ships (about a minute) ...");
        await TimeAsync(0, ["publish", Metadata("Project"), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", directory]);
        return Path.Combine(directory, "KernelHost.Cli.dll");
    }

    // Exit code 3: the refund of the main job waits for approval, everything before it is answered.
    private static Task<double> MainJobAsync(string command, string data)
    {
        var plugins = Metadata("Plugins").Split(';').SelectMany(directory => new[] { "--plugins", directory });
        return TimeAsync(
            3,
            ["exec", command, "run", "support", "Where is my order 1042? If it is late, refund the shipping.", "--data", data, "--output", "json", .. plugins]);
    }

    private static Task<double> EmptyProgramAsync() => TimeAsync(0, ["exec", typeof(StartBenchmark).Assembly.Location, Benchmarks.Nothing]);

    private static async Task<double> TimeAsync(int expectedExit, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
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
