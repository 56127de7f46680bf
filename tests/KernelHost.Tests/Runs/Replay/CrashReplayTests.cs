using KernelHost.Catalog;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Replay;

/// <summary>Runs whose process died between any two events, and was started again, replay as they were.</summary>
public sealed class CrashReplayTests
{
    private readonly HashSet<string> _refunds = [];

    [Fact]
    public async Task Replay_RunsWithACrashBeforeAnyEvent_AreEqual()
    {
        HashSet<ApprovalKind> asked = [];
        for (var crash = 1; crash < 32; crash++)
        {
            _refunds.Clear();
            MemoryJournal disk = new();
            var host = await LiveAsync(disk, crash);
            var run = Assert.Single(await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));
            Assert.Equal(RunStatus.Completed, run.Status);
            asked.UnionWith((await host.EventsAsync(run.SessionId)).OfType<ApprovalRequested>().Select(question => question.Kind));
            await host.AssertReplaysAsync(run.RunId, $"crash before event {crash + 1}:");
        }

        Assert.Contains(ApprovalKind.Outcome, asked);
    }

    [Fact]
    public async Task Replay_RunWithoutAnEnd_GoesAsFarAsTheRecordingAndSaysSo()
    {
        MemoryJournal disk = new();
        await Assert.ThrowsAsync<ProcessCrash>(() => Host(new CrashingJournal(disk, 4)).StartAsync("do it all"));
        var run = Assert.Single(await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));

        var report = await Host(disk).ReplayAsync(run.RunId);

        Assert.True(report.IsEqual);
        Assert.Equal((4, 4), (report.RecordedEvents, report.ReplayedEvents));
        Assert.Contains("no end", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    private async Task<RunHost> LiveAsync(MemoryJournal disk, int crash)
    {
        try
        {
            return await LiveAsync(disk, Host(new CrashingJournal(disk, crash)));
        }
        catch (ProcessCrash)
        {
            return await LiveAsync(disk, Host(disk));
        }
    }

    private async Task<RunHost> LiveAsync(MemoryJournal disk, RunHost host)
    {
        var known = await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken);
        var result = known.Count == 0 ? await host.StartAsync("do it all") : await host.ResumeAsync(known[0].RunId);
        while (result.Status == RunStatus.WaitingForApproval)
        {
            foreach (var approval in result.Approvals)
            {
                await host.AnswerAsync(approval.ApprovalId, Truth(approval));
            }

            result = await host.ResumeAsync(result.RunId);
        }

        return host;
    }

    private ApprovalAnswer Truth(ApprovalSummary approval) => approval.Kind == ApprovalKind.Action
        ? ApprovalAnswer.Approved
        : _refunds.Contains(approval.CallId) ? ApprovalAnswer.Happened : ApprovalAnswer.DidNotHappen;

    private RunHost Host(JournalStore journal)
    {
        RunHost host = new(
            journal,
            new ScriptedChatClient(
                Calls(("test-look", null), ("test-refund", null), ("test-ticket", null), ("test-look", null)),
                Calls(("test-refund", null)),
                Says("Done.")),
            TestTools.Create("look", ToolEffect.Read, () => "seen"),
            TestTools.Create("refund", ToolEffect.Once, (ToolContext context) => _refunds.Add(context.CallId) ? "refunded" : "refunded again"),
            TestTools.Create("ticket", ToolEffect.Keyed, () => "opened"));
        host.Clock.AutoAdvanceAmount = TimeSpan.FromTicks(12_345);
        return host;
    }
}
