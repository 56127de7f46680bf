using System.Diagnostics;
using System.Globalization;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Journal;

namespace KernelHost.CrashHost.Campaign;

/// <summary>
/// Kills the host again and again, with SIGKILL, before and after events and at any instant, lets the next process take up what it left, and at
/// the end compares the journals with the world. Processes of several directories are killed side by side.
/// </summary>
internal sealed class CrashCampaign(int seed, Action<string>? tell = null)
{
    /// <summary>Kills in one directory before it is finished and checked.</summary>
    private const int Chapter = 25;

    private const int Killed = 128 + 9;

    public async Task<CampaignCounts> RunAsync(int kills, int sideBySide, CancellationToken cancellationToken)
    {
        tell?.Invoke(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        var chapters = Enumerable.Range(0, (kills + Chapter - 1) / Chapter).Select(chapter => (Number: chapter, Kills: Math.Min(Chapter, kills - (chapter * Chapter))));
        var total = new CampaignCounts();
        var gate = new Lock();
        await Parallel.ForEachAsync(chapters, new ParallelOptions { MaxDegreeOfParallelism = sideBySide, CancellationToken = cancellationToken }, async (chapter, token) =>
        {
            var counts = await ChapterAsync(chapter.Number, chapter.Kills, token);
            lock (gate)
            {
                total += counts;
                tell?.Invoke(string.Create(
                    CultureInfo.InvariantCulture,
                    $"kills {total.Kills}, runs {total.Runs}, events {total.Events}, executions {total.Executions}, approvals {total.Approvals} ({total.Outcomes} about outcomes)"));
            }
        });
        return total;
    }

    private async Task<CampaignCounts> ChapterAsync(int chapter, int kills, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked(seed + (chapter * 7919)));
        var directory = Directory.CreateTempSubdirectory("kernelhost-crash-").FullName;
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                await LiveAsync(directory, Death.Choose(random), random.Next(), cancellationToken);
            }

            await LiveAsync(directory, Death.None, random.Next(), cancellationToken);
            await using var journal = SqliteJournal.Open(directory);
            using var world = new CampaignWorld(directory);
            using var ledger = Ledger.Open(directory);
            return await new CampaignCheck(journal, ledger, world).RunAsync() with { Kills = kills };
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // The exit code is that of the death that was ordered, or the host has failed by itself.
    private static async Task LiveAsync(string directory, Death death, int seed, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardError = true,

            // A killed process would leave the runtime's diagnostic pipes behind.
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
        };
        foreach (var argument in new[] { typeof(CrashCampaign).Assembly.Location, "campaign", directory, death.ToString(), seed.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        try
        {
            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != (death.Kind == DeathKind.None ? 0 : Killed))
            {
                throw new InvalidOperationException($"A process that was to die by '{death}' ended with {process.ExitCode}: {error}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
