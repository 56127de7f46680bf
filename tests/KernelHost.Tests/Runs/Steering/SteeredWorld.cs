using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Steering;

/// <summary>A run with calls of every kind and questions, and somebody who steers it at a place the test chooses.</summary>
internal sealed class SteeredWorld
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The calls whose effect happened.</summary>
    public HashSet<string> Made { get; } = [];

    public MemoryJournal Disk { get; } = new();

    /// <summary>Starts and runs to the end, answering every question and resuming whatever was let go.</summary>
    /// <param name="process">The journal as the running process sees it, over <see cref="Disk"/>.</param>
    /// <param name="unit">At which unit that reaches the journal somebody acts.</param>
    /// <param name="behind">Whether they act behind the unit rather than before it.</param>
    /// <param name="act">What they do.</param>
    public async Task<RunResult> LiveAsync(JournalStore process, int unit, bool behind, Func<RunControl, string, Task> act)
    {
        var units = 0;
        RunControl control = new(Disk);
        async ValueTask ActAsync()
        {
            if (units++ == unit && await Disk.ListRunsAsync(new RunFilter(), Token) is [{ HasEnded: false } run])
            {
                await act(control, run.RunId);
            }
        }

        InterposedJournal journal = new(process, _ => behind ? default : ActAsync()) { BehindAppend = () => behind ? ActAsync() : default };
        var host = Host(journal);
        var result = await host.StartAsync("do it all");
        while (!result.HasEnded)
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

        return result;
    }

    /// <summary>Checks that the journal tells of every effect what happened, that nothing is open, and that the session goes on.</summary>
    /// <param name="run">The run; it must have ended.</param>
    /// <param name="when">For the message.</param>
    /// <param name="mayBeInDoubt">Whether a process died, so that the journal may say that it does not know.</param>
    public async Task AssertTruthAsync(RunSummary run, string when, bool mayBeInDoubt = false)
    {
        Assert.True(run.HasEnded, $"{when}: {run.Status}");
        var events = await Disk.ReadAsync(run.SessionId, 0, Token);
        foreach (var call in events.OfType<ModelReplied>().SelectMany(reply => reply.Calls).Where(call => call.Name != "test-look"))
        {
            var made = Made.Contains(call.CallId);
            var outcome = Assert.Single(events, runEvent => runEvent is CallCompleted or CallFailed && ((CallEvent)runEvent).CallId == call.CallId);
            var told = outcome is CallCompleted;
            var unknown = mayBeInDoubt && outcome is CallFailed { Failure: CallFailure.UnknownOutcome };
            Assert.True(told == made || unknown, $"{when}: {call.CallId} {(made ? "was made" : "was not made")}, and the journal says {(outcome as CallFailed)?.Error ?? "it was"}");
        }

        Assert.Empty(await Disk.PendingAsync());
        await Conversations.AssertGoesOnAsync(Disk, run.SessionId, when);
    }

    public async Task<RunSummary> RunAsync() => Assert.Single(await Disk.ListRunsAsync(new RunFilter(), Token));

    public RunHost Host(JournalStore journal) => new(
        journal,
        new ScriptedChatClient(
            Calls(("test-look", null), ("test-pay", null), ("test-save", null), ("test-look", null)),
            Calls(("test-look", null)),
            Calls(("test-pay", null)),
            Says("Done.")),
        TestTools.Create("look", ToolEffect.Read, () => "seen"),
        TestTools.Create("pay", ToolEffect.Once, Make),
        TestTools.Create("save", ToolEffect.Keyed, Make));

    private string Make(ToolContext context)
    {
        Made.Add(context.CallId);
        return "made";
    }
}
