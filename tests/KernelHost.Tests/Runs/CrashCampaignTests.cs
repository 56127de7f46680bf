using KernelHost.CrashHost.Campaign;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Journal;

namespace KernelHost.Tests.Runs;

/// <summary>The short form of <c>bench crash</c>: real processes, real files, SIGKILL.</summary>
public sealed class CrashCampaignTests
{
    [Fact]
    public async Task Campaign_KilledDozensOfTimes_NothingIsDoneTwiceLostOrStuck()
    {
        const int Kills = 30;
        var counts = await new CrashCampaign(seed: 20261123, TestContext.Current.TestOutputHelper!.WriteLine).RunAsync(Kills, sideBySide: 2, TestContext.Current.CancellationToken);

        Assert.Empty(counts.Problems);
        Assert.Equal((Kills, 0, 0, 0, 0, 0L), (counts.Kills, counts.DuplicatedOnceEffects, counts.LostResults, counts.StuckSessions, counts.LostApprovals, counts.BudgetDrift));
        Assert.True(counts.Executions > Kills, "The processes died before they did anything.");
    }

    [Fact]
    public async Task Check_WorldThatTheJournalDoesNotKnow_IsCounted()
    {
        var directory = Directory.CreateTempSubdirectory("kernelhost-campaign-").FullName;
        try
        {
            Directory.CreateDirectory(directory);
            using var world = new CampaignWorld(directory);
            world.Do(ToolEffect.Once, "run_x/1.1");
            world.Do(ToolEffect.Once, "run_x/1.1");
            world.Answered("apr_x", "Approved");
            world.Asked(1_000_000);
            await using var journal = SqliteJournal.Open(directory);
            using var ledger = Ledger.Open(directory);

            var counts = await new CampaignCheck(journal, ledger, world).RunAsync();

            Assert.Equal((1, 1, 1), (counts.DuplicatedOnceEffects, counts.LostResults, counts.LostApprovals));
            Assert.True(counts.BudgetDrift > 0, "Tokens that nobody has on record were not counted.");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
