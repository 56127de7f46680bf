using System.Diagnostics;

namespace KernelHost.Tests.Runs;

/// <summary>The same as <see cref="CrashTests"/> with a real process, a real database and SIGKILL.</summary>
public sealed class ProcessKillTests
{
    private const int TwoRefunds = 2;

    [Fact]
    public async Task Process_KilledBeforeAnyEvent_NextOneFinishesAndRefundsOnce()
    {
        var whole = Directory.CreateTempSubdirectory("kernelhost-kill-").FullName;
        var (exit, output) = await RunAsync(whole, int.MaxValue);
        Directory.Delete(whole, recursive: true);
        Assert.Equal((0, true), (exit, output.StartsWith("Completed", StringComparison.Ordinal)));
        var length = int.Parse(output.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

        for (var events = 0; events < length; events++)
        {
            var directory = Directory.CreateTempSubdirectory("kernelhost-kill-").FullName;
            var (killed, _) = await RunAsync(directory, events);
            Assert.True(killed != 0, $"The process outlived its death before event {events + 1}.");
            var (finished, answer) = await RunAsync(directory, int.MaxValue);
            Assert.True(finished == 0, $"Killed before event {events + 1}, the run is stuck: {answer}");
            var refunds = await File.ReadAllLinesAsync(Path.Combine(directory, "world.txt"), TestContext.Current.CancellationToken);
            Assert.True(refunds.Length == TwoRefunds && refunds.Distinct().Count() == TwoRefunds, $"Killed before event {events + 1}: refunds {string.Join(", ", refunds)}");
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<(int Exit, string Output)> RunAsync(string directory, int events)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,

            // A killed process would leave the runtime's diagnostic pipes behind.
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "KernelHost.CrashHost.dll"));
        start.ArgumentList.Add(directory);
        start.ArgumentList.Add(events.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
