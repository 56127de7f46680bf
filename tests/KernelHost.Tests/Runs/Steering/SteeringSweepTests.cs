using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Runs.Steering;

/// <summary>Somebody steers at every place of a run; whatever happens, the journal tells the truth, the session goes on, and the run replays.</summary>
public sealed class SteeringSweepTests
{
    private const int Units = 20;
    private const string Words = "nur die Hälfte 🙏";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_AtAnyUnit_EffectsAreMadeOrNotMadeAndTheJournalKnows(bool behind)
    {
        HashSet<RunStatus> ends = [];
        HashSet<int> made = [];
        for (var unit = 0; unit < Units; unit++)
        {
            SteeredWorld world = new();
            var result = await world.LiveAsync(world.Disk, unit, behind, (control, run) => control.RequestCancelAsync(run, "carol", "why not", Token));
            ends.Add(result.Status);
            made.Add(world.Made.Count);
            await AssertAsync(world, $"cancelled at unit {unit}");
        }

        Assert.Equal(new HashSet<RunStatus> { RunStatus.Cancelled, RunStatus.Completed }, ends);
        Assert.Superset(new HashSet<int> { 0, 1, 2, 3 }, made);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pause_AtAnyUnit_IsResumedAndNothingIsLostOrMadeTwice(bool behind)
    {
        var paused = 0;
        for (var unit = 0; unit < Units; unit++)
        {
            SteeredWorld world = new();
            var result = await world.LiveAsync(world.Disk, unit, behind, (control, run) => control.RequestPauseAsync(run, "carol", null, Token));
            Assert.Equal((RunStatus.Completed, 3), (result.Status, world.Made.Count));
            paused += (await world.Disk.ReadAsync(result.SessionId, 0, Token)).Count(runEvent => runEvent is RunPaused);
            await AssertAsync(world, $"paused at unit {unit}");
        }

        Assert.InRange(paused, 3, Units);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Say_AtAnyUnit_IsHeardOnceAndNeverBetweenACallAndItsResult(bool behind)
    {
        var heard = 0;
        for (var unit = 0; unit < Units; unit++)
        {
            SteeredWorld world = new();
            var said = false;
            var result = await world.LiveAsync(world.Disk, unit, behind, (control, run) =>
            {
                said = true;
                return control.SayAsync(run, "carol", Words, Token);
            });
            Assert.Equal(RunStatus.Completed, result.Status);
            var when = $"said at unit {unit}";
            await AssertAsync(world, when);
            var messages = await Conversations.AssertGoesOnAsync(world.Disk, result.SessionId, when);
            Assert.True(messages.Count(message => message.Role == ChatRole.User && message.Text == Words) == (said ? 1 : 0), when);
            heard += said ? 1 : 0;
        }

        Assert.InRange(heard, 6, Units);
    }

    [Fact]
    public async Task Cancel_CrashAtAnyEventOfIt_EndsTheRunAndNeverCallsAnEffectUnmadeThatWasMade()
    {
        HashSet<CallFailure> failures = [];
        for (var unit = 0; unit < 14; unit++)
        {
            for (var crash = 0; crash < 30; crash++)
            {
                var (world, run) = await CrashAsync(unit, crash, (control, id) => control.RequestCancelAsync(id, "carol", null, Token));
                if (run is not null)
                {
                    run = run.HasEnded ? run : await new RunControl(world.Disk).CancelAsync(run.RunId, "carol", cancellationToken: Token);
                    await world.AssertTruthAsync(run, $"cancelled before unit {unit}, crash before event {crash}", mayBeInDoubt: true);
                    failures.UnionWith((await world.Disk.ReadAsync(run.SessionId, 0, Token)).OfType<CallFailed>().Select(failed => failed.Failure));
                }
            }
        }

        Assert.Superset(new HashSet<CallFailure> { CallFailure.Cancelled, CallFailure.UnknownOutcome }, failures);
    }

    [Fact]
    public async Task Say_CrashAtAnyEventOfIt_IsHeardOnce()
    {
        for (var unit = 0; unit < 14; unit += 2)
        {
            for (var crash = 1; crash < 30; crash++)
            {
                var (world, run) = await CrashAsync(unit, crash, (control, id) => control.SayAsync(id, "carol", Words, Token));
                if (run is not { HasEnded: false })
                {
                    continue;
                }

                var said = (await world.Disk.ReadAsync(run.SessionId, 0, Token)).Any(runEvent => runEvent is MessageAdded);
                var host = world.Host(world.Disk);
                for (var result = await host.ResumeAsync(run.RunId); !result.HasEnded; result = await host.ResumeAsync(run.RunId))
                {
                    foreach (var approval in result.Approvals)
                    {
                        await host.AnswerAsync(approval.ApprovalId, approval.Kind == ApprovalKind.Action ? ApprovalAnswer.Approved
                            : world.Made.Contains(approval.CallId) ? ApprovalAnswer.Happened : ApprovalAnswer.DidNotHappen);
                    }
                }

                var when = $"said before unit {unit}, crash before event {crash}";
                var messages = await Conversations.AssertGoesOnAsync(world.Disk, run.SessionId, when);
                Assert.True(messages.Count(message => message.Role == ChatRole.User && message.Text == Words) == (said ? 1 : 0), when);
            }
        }
    }

    private static async Task AssertAsync(SteeredWorld world, string when)
    {
        var run = await world.RunAsync();
        await world.Host(world.Disk).AssertReplaysAsync(run.RunId, when + ":");
        await world.AssertTruthAsync(run, when);
    }

    private static async Task<(SteeredWorld World, RunSummary? Run)> CrashAsync(int unit, int crash, Func<RunControl, string, Task> act)
    {
        SteeredWorld world = new();
        try
        {
            await world.LiveAsync(new CrashingJournal(world.Disk, crash), unit, behind: false, act);
        }
        catch (ProcessCrash)
        {
        }

        return (world, (await world.Disk.ListRunsAsync(new RunFilter(), Token)).SingleOrDefault());
    }
}
