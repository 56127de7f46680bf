using KernelHost.Agents;
using KernelHost.CrashHost.Campaign;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Journal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SemanticKernel;

namespace KernelHost.CrashHost;

/// <summary>One of several processes that want to work in one session at the same time: takes a number of turns, trying again when another has the session.</summary>
internal sealed class TurnsProcess(string directory, string sessionId, int turns, string name)
{
    private sealed class Binder(CampaignWorld world) : AgentBinder
    {
        public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken) =>
            new(new BoundAgent(agent, new CampaignModel(world), new Kernel(), [], PolicyDocument.Default.Bind([])) { Limits = new AgentLimits() });
    }

    /// <summary>Takes the turns and prints each run's id, and how often it was refused.</summary>
    public async Task RunAsync()
    {
        using var world = new CampaignWorld(directory);
        await using var journal = SqliteJournal.Open(directory);
        var engine = new RunEngine(new Binder(world), journal, NullLoggerFactory.Instance);
        var refused = 0;
        for (var turn = 0; turn < turns;)
        {
            try
            {
                var result = await engine.StartAsync(new RunRequest("tester", $"{name} {turn}", "alice") { SessionId = sessionId });
                Console.WriteLine($"{result.RunId} {result.Status}");
                turn++;
            }
            catch (Exception exception) when (exception is SessionBusyException or JournalConflictException)
            {
                refused++;
            }
        }

        Console.WriteLine($"refused {refused}");
    }
}
