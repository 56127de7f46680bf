using System.Collections.Concurrent;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.CrashHost.Campaign;

/// <summary>
/// One life of the host: takes up every run that was left, several at a time, starts new ones, and answers what is asked, truthfully, until it
/// is killed. Without a death it ends when nothing is left and one run more is done: the last as good as the first.
/// </summary>
internal sealed class CampaignProcess(string directory, Death death, Random random)
{
    private const int AtATime = 3;
    private int _more;

    public async Task RunAsync()
    {
        using var world = new CampaignWorld(directory);
        await using var journal = new MortalJournal(SqliteJournal.Open(directory), death);
        var agents = new CampaignAgents(world, random);
        using var budgets = new SharedBudgets(CampaignAgents.Budget, () => Ledger.Open(directory));
        var engine = new RunEngine(agents, journal, NullLoggerFactory.Instance) { Budgets = budgets };
        var desk = new ApprovalDesk(journal);
        var left = new ConcurrentQueue<string>(await LeftAsync(journal));
        death.Arm();
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                if (left.TryDequeue(out var runId))
                {
                    await FinishAsync(await engine.ResumeAsync(runId), engine, desk, world);
                }
                else if (death.Kind != DeathKind.None || Interlocked.Exchange(ref _more, 1) == 0)
                {
                    await FinishAsync(await engine.StartAsync(new RunRequest(CampaignAgents.Top, "do it all", "alice")), engine, desk, world);
                }
                else
                {
                    return;
                }
            }
        })));
    }

    // Sub-runs are taken up by the runs above them.
    private static async Task<IEnumerable<string>> LeftAsync(JournalStore journal)
    {
        List<RunSummary> left = [];
        foreach (var status in Enum.GetValues<RunStatus>())
        {
            left.AddRange((await journal.ListRunsAsync(new RunFilter(Status: status, Limit: int.MaxValue), CancellationToken.None)).Where(run => !run.HasEnded));
        }

        return left.Where(run => run.ParentRunId is null).Select(run => run.RunId);
    }

    private static async Task FinishAsync(RunResult result, RunEngine engine, ApprovalDesk desk, CampaignWorld world)
    {
        while (result.Status == RunStatus.WaitingForApproval)
        {
            foreach (var approval in result.Approvals)
            {
                var answer = Answer(approval, world);
                await desk.AnswerAsync(approval.ApprovalId, answer, "bob", reason: null);
                world.Answered(approval.ApprovalId, answer.ToString());
            }

            result = await engine.ResumeAsync(result.RunId);
        }

        if (result.Status != RunStatus.Completed)
        {
            throw new InvalidOperationException($"Run {result.RunId} ended as {result.Status}: {result.Interruption ?? result.Limit}");
        }
    }

    // People say no to every fifth call, and what they saw of an interrupted one.
    private static ApprovalAnswer Answer(ApprovalSummary approval, CampaignWorld world)
    {
        var key = $"{approval.RunId}/{approval.CallId}";
        return approval.Kind == ApprovalKind.Outcome
            ? world.Happened(key) ? ApprovalAnswer.Happened : ApprovalAnswer.DidNotHappen
            : key.Sum(static letter => letter) % 5 == 0 ? ApprovalAnswer.Denied : ApprovalAnswer.Approved;
    }
}
