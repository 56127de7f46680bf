using System.Globalization;
using KernelHost.CrashHost.Campaign;

namespace KernelHost.Bench;

/// <summary><c>crash [--kills N] [--seed S]</c>: the crash campaign. What it counts has to be nothing.</summary>
internal static class CrashBenchmark
{
    private const int DefaultKills = 1000;

    public static async Task<IReadOnlyList<Metric>> RunAsync(string[] args)
    {
        var campaign = new CrashCampaign(Number(args, "--seed") ?? Random.Shared.Next(), Console.Error.WriteLine);
        var counts = await campaign.RunAsync(Number(args, "--kills") ?? DefaultKills, Environment.ProcessorCount, CancellationToken.None);
        foreach (var problem in counts.Problems)
        {
            Console.Error.WriteLine(problem);
        }

        var done = string.Create(
            CultureInfo.InvariantCulture,
            $"kills {counts.Kills}, runs {counts.Runs}, events {counts.Events}, executions {counts.Executions}, approvals {counts.Approvals} ({counts.Outcomes} about outcomes)");
        return
        [
            new Metric("duplicated_once_effects", counts.DuplicatedOnceEffects, "count", 0, done),
            new Metric("lost_results", counts.LostResults, "count", 0, done),
            new Metric("stuck_sessions", counts.StuckSessions, "count", 0, done),
            new Metric("lost_approvals", counts.LostApprovals, "count", 0, done),
            new Metric("budget_drift", counts.BudgetDrift, "tokens", 0, done),
        ];
    }

    private static int? Number(string[] args, string name)
    {
        var index = Array.IndexOf(args, name);
        return index >= 0 && index + 1 < args.Length ? int.Parse(args[index + 1], CultureInfo.InvariantCulture) : null;
    }
}
