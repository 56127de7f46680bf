using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Steering;

public sealed class ForkTests
{
    private readonly Dictionary<string, int> _made = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fork_AtAnyEvent_GoesOnByItselfMakesNothingTwiceAndLeavesTheOriginAlone()
    {
        using var file = new JournalFile();
        await using var journal = SqliteJournal.Open(file.Directory);
        var host = Host(journal);
        var earlier = await host.StartAsync("do it");
        earlier = await FinishAsync(host, earlier);
        var run = await FinishAsync(host, await host.StartAsync("do it " + new string('x', 9_000), earlier.SessionId));
        var origin = await host.EventsAsync(run.SessionId);
        var own = origin.Where(runEvent => runEvent.RunId == run.RunId).Select(runEvent => runEvent.Sequence).ToList();
        var contents = file.Number("SELECT count(*) FROM contents");
        RunControl control = new(journal);
        foreach (var at in own)
        {
            var when = $"forked at {at} of {own[^1]}";
            _made.Clear();
            var fork = await control.ForkAsync(run.RunId, "carol", at, Token);
            Assert.Equal((at, at != own[^1]), (fork.FromSequence, fork.CanResume));
            var copies = await host.EventsAsync(fork.SessionId);
            Assert.Equal((run.SessionId, run.RunId, at, copies.Count), copies[0] is SessionForked f ? (f.FromSession, f.FromRun, f.FromSequence, (int)f.Length) : default);
            Assert.Empty(await journal.PendingAsync());

            // Nothing of the copy answers to an id of the original, and no approval that is still good for a call was copied.
            Assert.Empty(copies.Select(runEvent => runEvent.RunId).Intersect(origin.Select(runEvent => runEvent.RunId)));
            Assert.Empty(copies.OfType<ApprovalRequested>().Select(asked => asked.ApprovalId).Intersect(origin.OfType<ApprovalRequested>().Select(asked => asked.ApprovalId)));
            Assert.All(copies.OfType<ApprovalDecided>(), answer => Assert.Contains(copies, runEvent => runEvent is ApprovalRequested asked && asked.ApprovalId == answer.ApprovalId));
            Assert.All(copies.OfType<CallStarted>(), started => Assert.Contains(copies, runEvent => runEvent is ApprovalRequested asked && asked.ApprovalId == started.ApprovalId));

            if (fork.CanResume)
            {
                Assert.Equal(RunStatus.Interrupted, (await journal.FindRunAsync(fork.RunId!, Token))!.Status);
                var done = await FinishAsync(host, await host.ResumeAsync(fork.RunId!));
                Assert.Equal(RunStatus.Completed, done.Status);
                var events = await host.EventsAsync(fork.SessionId);

                // What had begun is not made again; what was only proposed, or not yet, is made once, after a question of its own.
                var begun = origin.Where(runEvent => runEvent.Sequence <= at).OfType<CallStarted>().Count(started => started.RunId == run.RunId);
                Assert.True(_made.Count == 2 - begun, $"{when}: {string.Join(", ", _made.Keys)} made, {begun} had begun");
                Assert.All(_made, made => Assert.Equal(($"{fork.RunId}/", 1), (made.Key[..(fork.RunId!.Length + 1)], made.Value)));
                var doubted = events.OfType<CallFailed>().Count(failed => failed.Error.Contains("not made again", StringComparison.Ordinal));
                Assert.True(doubted == (origin[(int)at - 1] is CallStarted ? 1 : 0), when);
                await host.AssertReplaysAsync(fork.RunId!, when);
            }

            await Conversations.AssertGoesOnAsync(journal, fork.SessionId, when);
        }

        Assert.Equal(contents, file.Number("SELECT count(*) FROM contents"));
        Assert.Equal(origin.Count, (await host.EventsAsync(run.SessionId)).Count);
        await host.AssertReplaysAsync(run.RunId);
        Assert.True((await journal.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public async Task ForkBefore_FirstAndLaterRuns_AskSomethingElseInTheirPlace()
    {
        MemoryJournal journal = new();
        var host = new RunHost(journal, new ScriptedChatClient(Says("Hello.")));
        var first = await host.StartAsync("first");
        var second = await host.StartAsync("second", first.SessionId);
        RunControl control = new(journal);

        var fork = await control.ForkBeforeAsync(second.RunId, "carol", Token);
        var other = await host.StartAsync("andere Frage 🙂", fork.SessionId);
        var empty = await control.ForkBeforeAsync(first.RunId, "carol", Token);
        var anew = await host.StartAsync("new", empty.SessionId);

        Assert.Equal(
            ["first", "andere Frage 🙂"],
            (await host.EventsAsync(other.SessionId)).OfType<RunStarted>().Select(started => started.Request));
        Assert.Equal((null, false), (empty.RunId, empty.CanResume));
        Assert.Equal(["new"], (await host.EventsAsync(anew.SessionId)).OfType<RunStarted>().Select(started => started.Request));
        await host.AssertReplaysAsync(other.RunId);
        await host.AssertReplaysAsync(anew.RunId);
        await Assert.ThrowsAsync<RunException>(() => host.ReplayAsync(fork.RunId!));
    }

    [Fact]
    public async Task Fork_OfAFork_AndOfARunThatSomebodyWorksOn_Work()
    {
        MemoryJournal journal = new();
        var host = Host(journal);
        var parked = await host.StartAsync("do it");
        RunControl control = new(journal);
        SessionFork fork;
        using (journal.Claim(parked.SessionId))
        {
            fork = await control.ForkAsync(parked.RunId, "carol", cancellationToken: Token);
        }

        var again = await control.ForkAsync(fork.RunId!, "dave", cancellationToken: Token);
        var done = await FinishAsync(host, await host.ResumeAsync(again.RunId!));

        Assert.Equal((RunStatus.Completed, 2), (done.Status, _made.Count));
        Assert.Equal("dave", Assert.Single((await host.EventsAsync(again.SessionId)).OfType<SessionForked>()).By);
        Assert.Equal(2, (await journal.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending, parked.RunId), Token)).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(-1)]
    public async Task Fork_AtAnEventThatIsNoneOfTheRuns_IsRefused(long at)
    {
        MemoryJournal journal = new();
        var run = await new RunHost(journal, new ScriptedChatClient(Says("Hello."))).StartAsync("hello");

        var refused = await Assert.ThrowsAsync<RunException>(() => new RunControl(journal).ForkAsync(run.RunId, "carol", at, Token));

        Assert.Contains("its events are 1 to 3", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<RunResult> FinishAsync(RunHost host, RunResult result)
    {
        while (result.Status == RunStatus.WaitingForApproval)
        {
            foreach (var approval in result.Approvals)
            {
                await host.AnswerAsync(approval.ApprovalId, ApprovalAnswer.Approved);
            }

            result = await host.ResumeAsync(result.RunId);
        }

        return result;
    }

    private RunHost Host(JournalStore journal) => new(
        journal,
        new ScriptedChatClient(Calls(("test-pay", null), ("test-pay", null)), Says("Done.")),
        TestTools.Create("pay", ToolEffect.Once, (ToolContext context) =>
        {
            _made[context.IdempotencyKey] = _made.GetValueOrDefault(context.IdempotencyKey) + 1;
            return "paid";
        }));
}
