using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Steering;

public sealed class RunFeedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follow_RunOfAnotherProcess_TellsEveryEventInOrder()
    {
        using var file = new JournalFile();
        await using var theirs = SqliteJournal.Open(file.Directory);
        await using var ours = SqliteJournal.Open(file.Directory);
        TaskCompletionSource look = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = new RunHost(theirs, new ScriptedChatClient(Calls(("test-look", null)), Says("Seen.")), TestTools.Create("look", ToolEffect.Read, async () =>
        {
            await look.Task;
            return "seen";
        }));
        var running = host.StartAsync("look");
        RunSummary? run;
        while ((run = (await ours.ListRunsAsync(new RunFilter(), Token)).SingleOrDefault()) is null)
        {
            await Task.Yield();
        }

        List<RunEvent> seen = [];
        await foreach (var runEvent in new RunFeed(ours).FollowAsync(run.RunId, cancellationToken: Token))
        {
            seen.Add(runEvent);
            if (runEvent is CallStarted)
            {
                Assert.False(running.IsCompleted);
                look.SetResult();
            }
        }

        var result = await running;
        Assert.Equal((await host.EventsAsync(result.SessionId)).Select(runEvent => (runEvent.Sequence, runEvent.GetType())), seen.Select(runEvent => (runEvent.Sequence, runEvent.GetType())));
        Assert.IsType<RunCompleted>(seen[^1]);
        Assert.Equal(result.Answer, (await new RunFeed(ours).ReadAsync(run.RunId, Token)).Answer);
    }

    [Fact]
    public async Task Follow_DroppedAnywhereAndPickedUp_MissesNothingAndReadsNothingTwice()
    {
        MemoryJournal journal = new();
        var host = new RunHost(journal, new ScriptedChatClient(Calls(("test-look", null), ("test-look", null)), Says("Seen.")), TestTools.Create("look", ToolEffect.Read, () => "seen"));
        await host.StartAsync("hello");
        var other = await host.StartAsync("look", (await journal.ListRunsAsync(new RunFilter(), Token)).Single().SessionId);
        var whole = (await host.EventsAsync(other.SessionId)).Where(runEvent => runEvent.RunId == other.RunId).Select(runEvent => runEvent.Sequence).ToList();
        RunFeed feed = new(journal);

        for (var drop = 0; drop <= whole.Count; drop++)
        {
            List<long> seen = [];
            await foreach (var runEvent in feed.FollowAsync(other.RunId, cancellationToken: Token))
            {
                if (seen.Count == drop)
                {
                    break;
                }

                seen.Add(runEvent.Sequence);
            }

            await foreach (var runEvent in feed.FollowAsync(other.RunId, seen.LastOrDefault(), cancellationToken: Token))
            {
                seen.Add(runEvent.Sequence);
            }

            Assert.Equal(whole, seen);
        }
    }

    [Fact]
    public async Task Follow_ParkedRun_EndsOrWaitsForTheEndAsAsked()
    {
        MemoryJournal journal = new();
        var host = new RunHost(journal, new ScriptedChatClient(Calls(("test-pay", null)), Says("Paid.")), TestTools.Create("pay", ToolEffect.Once, () => "paid"));
        var parked = await host.StartAsync("pay");
        RunFeed feed = new(journal);
        Assert.IsType<RunParked>(await LastAsync(feed.FollowAsync(parked.RunId, cancellationToken: Token)));
        Assert.Null(await LastAsync(feed.FollowAsync(parked.RunId, afterSequence: 1_000, cancellationToken: Token)));

        var following = LastAsync(feed.FollowAsync(parked.RunId, until: FollowUntil.End, cancellationToken: Token));
        await host.AnswerAsync(parked.Approvals.Single().ApprovalId, ApprovalAnswer.Approved);
        Assert.False(following.IsCompleted);
        await host.ResumeAsync(parked.RunId);

        Assert.IsType<RunCompleted>(await following);
    }

    [Fact]
    public async Task FollowSession_GoesOnOverRunsUntilTheCallerHasEnough()
    {
        MemoryJournal journal = new();
        var host = new RunHost(journal, new ScriptedChatClient(Says("Hello.")));
        var first = await host.StartAsync("hello");
        List<RunEvent> seen = [];
        await foreach (var runEvent in new RunFeed(journal).FollowSessionAsync(first.SessionId, afterSequence: 1, Token))
        {
            seen.Add(runEvent);
            if (runEvent is RunCompleted && runEvent.RunId == first.RunId)
            {
                await host.StartAsync("again", first.SessionId);
            }
            else if (runEvent is RunCompleted)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(2, 5), seen.Select(runEvent => (int)runEvent.Sequence));
    }

    private static async Task<RunEvent?> LastAsync(IAsyncEnumerable<RunEvent> events)
    {
        RunEvent? last = null;
        await foreach (var runEvent in events)
        {
            last = runEvent;
        }

        return last;
    }
}
