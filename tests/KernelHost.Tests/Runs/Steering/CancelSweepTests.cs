using KernelHost.Catalog;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Steering;

/// <summary>Somebody cancels at every place of a run; whatever happens, the journal tells the truth, and the session goes on.</summary>
public sealed class CancelSweepTests
{
    private readonly HashSet<string> _made = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cancel_BeforeAnyUnit_EffectsAreMadeOrNotMadeAndTheJournalKnows() => await SweepAsync(cancelBehind: false);

    [Fact]
    public async Task Cancel_BehindAnyUnit_EffectsAreMadeOrNotMadeAndTheJournalKnows() => await SweepAsync(cancelBehind: true);

    [Fact]
    public async Task Cancel_CrashAtAnyEventOfIt_EndsTheRunAndNeverCallsAnEffectUnmadeThatWasMade()
    {
        HashSet<CallFailure> failures = [];
        for (var unit = 0; unit < 14; unit++)
        {
            for (var crash = 0; crash < 30; crash++)
            {
                _made.Clear();
                MemoryJournal disk = new();
                try
                {
                    await LiveAsync(Host(new CrashingJournal(disk, crash)), disk, unit, cancelBehind: false);
                }
                catch (ProcessCrash)
                {
                }

                if (await disk.ListRunsAsync(new RunFilter(), Token) is [var run])
                {
                    if (!run.HasEnded)
                    {
                        run = await new RunControl(disk).CancelAsync(run.RunId, "carol", cancellationToken: Token);
                    }

                    await AssertTruthAsync(disk, run, $"cancelled before unit {unit}, crash before event {crash}", mayBeInDoubt: true);
                    failures.UnionWith((await disk.ReadAsync(run.SessionId, 0, Token)).OfType<CallFailed>().Select(failed => failed.Failure));
                }
            }
        }

        Assert.Superset(new HashSet<CallFailure> { CallFailure.Cancelled, CallFailure.UnknownOutcome }, failures);
    }

    private async Task SweepAsync(bool cancelBehind)
    {
        HashSet<RunStatus> ends = [];
        var made = new HashSet<int>();
        for (var unit = 0; unit < 20; unit++)
        {
            _made.Clear();
            MemoryJournal disk = new();
            var host = Host(disk);
            await LiveAsync(host, disk, unit, cancelBehind);
            var run = Assert.Single(await disk.ListRunsAsync(new RunFilter(), Token));
            ends.Add(run.Status);
            made.Add(_made.Count);
            await AssertTruthAsync(disk, run, $"cancelled at unit {unit}", mayBeInDoubt: false);
            await Host(disk).AssertReplaysAsync(run.RunId, $"cancelled at unit {unit}:");
        }

        Assert.Equal(new HashSet<RunStatus> { RunStatus.Cancelled, RunStatus.Completed }, ends);
        Assert.Superset(new HashSet<int> { 0, 1, 2, 3 }, made);
    }

    private async Task AssertTruthAsync(MemoryJournal disk, RunSummary run, string when, bool mayBeInDoubt)
    {
        Assert.True(run.HasEnded, $"{when}: {run.Status}");
        var events = await disk.ReadAsync(run.SessionId, 0, Token);
        foreach (var call in events.OfType<ModelReplied>().SelectMany(reply => reply.Calls).Where(call => call.Name != "test-look"))
        {
            var made = _made.Contains(call.CallId);
            var outcome = Assert.Single(events, runEvent => runEvent is CallCompleted or CallFailed && ((CallEvent)runEvent).CallId == call.CallId);
            var told = outcome is CallCompleted;
            var unknown = mayBeInDoubt && outcome is CallFailed { Failure: CallFailure.UnknownOutcome };
            Assert.True(told == made || unknown, $"{when}: {call.CallId} {(made ? "was made" : "was not made")}, and the journal says {(outcome as CallFailed)?.Error ?? "it was"}");
        }

        Assert.Empty(await disk.PendingAsync());
        await Conversations.AssertGoesOnAsync(disk, run.SessionId, when);
    }

    // Runs to the end, answering every question; somebody cancels around the n-th unit that reaches the disk.
    private async Task LiveAsync(RunHost process, MemoryJournal disk, int unit, bool cancelBehind)
    {
        var units = 0;
        RunControl control = new(disk);
        async ValueTask CancelAsync()
        {
            if (units++ == unit && await disk.ListRunsAsync(new RunFilter(), Token) is [{ HasEnded: false } run])
            {
                await control.RequestCancelAsync(run.RunId, "carol", cancellationToken: Token);
            }
        }

        InterposedJournal journal = new(process.Journal, _ => cancelBehind ? default : CancelAsync()) { BehindAppend = () => cancelBehind ? CancelAsync() : default };
        var host = Host(journal);
        var result = await host.StartAsync("do it all");
        while (result.Status == RunStatus.WaitingForApproval)
        {
            foreach (var approval in result.Approvals)
            {
                try
                {
                    await host.AnswerAsync(approval.ApprovalId, ApprovalAnswer.Approved);
                }
                catch (RunException)
                {
                    // Cancelled in between.
                }
            }

            result = await host.ResumeAsync(result.RunId);
        }
    }

    private static ScriptedChatClient Model() => new(
        Calls(("test-look", null), ("test-pay", null), ("test-save", null), ("test-look", null)),
        Calls(("test-look", null)),
        Calls(("test-pay", null)),
        Says("Done."));

    private RunHost Host(JournalStore journal) => new(
        journal,
        Model(),
        TestTools.Create("look", ToolEffect.Read, () => "seen"),
        TestTools.Create("pay", ToolEffect.Once, Make),
        TestTools.Create("save", ToolEffect.Keyed, Make));

    private string Make(ToolContext context)
    {
        _made.Add(context.CallId);
        return "made";
    }
}
