using System.Diagnostics;
using KernelHost.CrashHost;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs;

/// <summary>Real processes that want to work in one session at the same time: one does, the other is refused and comes again; nothing is lost or mixed.</summary>
public sealed class TwoProcessesTests
{
    [Fact]
    public async Task Start_InOneSessionFromTwoProcessesAtOnce_EveryTurnIsWholeAndThereOnce()
    {
        const int Turns = 40;
        var directory = Directory.CreateTempSubdirectory("kernelhost-two-").FullName;
        try
        {
            await using var journal = SqliteJournal.Open(directory);
            var sessionId = (await new RunHost(journal, new ScriptedChatClient(Says("Hello."))).StartAsync("hello")).SessionId;

            var reports = await Task.WhenAll(RunAsync(directory, sessionId, Turns, "left"), RunAsync(directory, sessionId, Turns, "right"));

            var events = await journal.ReadAsync(sessionId, 0, TestContext.Current.CancellationToken);
            Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(runEvent => runEvent.Sequence));
            var runs = events.OfType<RunStarted>().ToList();
            Assert.Equal(1 + (2 * Turns), runs.Count);
            foreach (var name in new[] { "left", "right" })
            {
                Assert.Equal(Enumerable.Range(0, Turns).Select(i => $"{name} {i}"), runs.Where(run => run.Request.StartsWith(name, StringComparison.Ordinal)).Select(run => run.Request));
            }

            // The events of a run stand together: nobody wrote while another worked.
            Assert.Equal(runs.Select(run => run.RunId), events.Select(runEvent => runEvent.RunId).Aggregate(new List<string>(), static (seen, id) =>
            {
                if (seen.Count == 0 || seen[^1] != id)
                {
                    seen.Add(id);
                }

                return seen;
            }));
            var told = reports.SelectMany(report => report.Split('\n')).Where(line => line.EndsWith("Completed", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]);
            Assert.Equal(runs.Skip(1).Select(run => run.RunId).Order(), told.Order());
            Assert.True((await journal.VerifyAsync(null, TestContext.Current.CancellationToken)).IsSound);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string directory, string sessionId, int turns, string name)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { typeof(TurnsProcess).Assembly.Location, "turns", directory, sessionId, turns.ToString(System.Globalization.CultureInfo.InvariantCulture), name })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }
}
