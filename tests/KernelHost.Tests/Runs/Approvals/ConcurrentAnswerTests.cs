using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Journal;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>Two people answer at once, each through a journal of his own on the same file, as two processes would.</summary>
public sealed class ConcurrentAnswerTests
{
    private const int Rounds = 15;

    [Fact]
    public async Task Answer_YesAndNoAtOnce_ExactlyOneCounts()
    {
        using var file = new JournalFile();
        await using var first = SqliteJournal.Open(file.Directory);
        await using var second = SqliteJournal.Open(file.Directory);
        List<int> paid = [];
        var (host, other) = (Host(first, PaymentHost.OneSupervisor, paid), Host(second, PaymentHost.OneSupervisor, paid));
        for (var round = 0; round < Rounds; round++)
        {
            var approval = await host.AskAsync();
            paid.Clear();

            var counted = await AtOnceAsync(
                () => host.SayAsync(approval, "bob"),
                () => other.SayAsync(approval, "carol", ApprovalAnswer.Denied));

            Assert.Single(counted, one => one);
            await other.ResumeAsync(approval);
            Assert.Equal(counted[0] ? [10] : [], paid);
            Assert.Equal(counted[0] ? ApprovalStatus.Done : ApprovalStatus.Denied, (await host.FindAsync(approval)).Status);
        }
    }

    [Fact]
    public async Task Answer_TwoYesesOfAQuorumAtOnce_BothCountAndTheCallIsMadeOnce()
    {
        using var file = new JournalFile();
        await using var first = SqliteJournal.Open(file.Directory);
        await using var second = SqliteJournal.Open(file.Directory);
        List<int> paid = [];
        var (host, other) = (Host(first, PaymentHost.TwoSupervisors, paid), Host(second, PaymentHost.TwoSupervisors, paid));
        for (var round = 0; round < Rounds; round++)
        {
            var approval = await host.AskAsync();
            paid.Clear();

            var counted = await AtOnceAsync(() => host.SayAsync(approval, "bob"), () => other.SayAsync(approval, "carol"));

            Assert.Equal([true, true], counted);
            await host.ResumeAsync(approval);
            Assert.Equal([10], paid);
            Assert.Equal(["bob", "carol"], (await other.FindAsync(approval)).Details.Votes.Select(vote => vote.By).Order());
        }
    }

    [Fact]
    public async Task Answer_OnePersonTwiceAtOnce_CountsOnce()
    {
        using var file = new JournalFile();
        await using var first = SqliteJournal.Open(file.Directory);
        await using var second = SqliteJournal.Open(file.Directory);
        var (host, other) = (Host(first, PaymentHost.TwoSupervisors, []), Host(second, PaymentHost.TwoSupervisors, []));
        for (var round = 0; round < Rounds; round++)
        {
            var approval = await host.AskAsync();

            var counted = await AtOnceAsync(() => host.SayAsync(approval, "bob"), () => other.SayAsync(approval, "bob"));

            Assert.Single(counted, one => one);
            Assert.Equal(ApprovalStatus.Pending, (await host.FindAsync(approval)).Status);
        }
    }

    private static PaymentHost Host(SqliteJournal journal, string policy, List<int> paid) => new(policy, journal) { Paid = paid };

    private static async Task<bool[]> AtOnceAsync(params Func<Task>[] answers)
    {
        using var start = new Barrier(answers.Length);
        return await Task.WhenAll(answers.Select(answer => Task.Run(async () =>
        {
            start.SignalAndWait(TestContext.Current.CancellationToken);
            try
            {
                await answer();
                return true;
            }
            catch (RunException)
            {
                return false;
            }
        })));
    }
}
