using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Journal.Retention;
using Microsoft.Extensions.Time.Testing;

namespace KernelHost.Tests.Runs.Journal;

public sealed class RetentionTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Large = new('x', 10_000);
    private static readonly string LargeToo = new('y', 10_000);
    private readonly JournalFile _file = new();
    private readonly SqliteJournal _journal;

    public RetentionTests() => _journal = SqliteJournal.Open(_file.Directory);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _file.Dispose();
    }

    [Fact]
    public async Task Prune_OldSession_GoesWithAllThatBelongsToItAndLeavesARecord()
    {
        await RecordAsync("ses_old", "support", daysAgo: 100, Ended("run_old", Large, LargeToo));
        await RecordAsync("ses_new", "support", daysAgo: 10, Ended("run_new", Large));
        var hash = (await _journal.VerifyAsync("ses_old", Token)).Sessions[0].Hash;

        var report = await PruneAsync(90);

        Assert.Equal((1, 1, 4L, 1L), (report.Sessions, report.Runs, report.Events, report.Contents));
        Assert.Empty(await _journal.ReadAsync("ses_old", 0, Token));
        Assert.Equal("ses_new", Assert.Single(await _journal.ListRunsAsync(new RunFilter(), Token)).SessionId);
        // What both sessions refer to is still there.
        Assert.Equal(Large, (await _journal.ReadAsync("ses_new", 0, Token)).OfType<CallCompleted>().Single().Result!.ToString());
        var verification = await _journal.VerifyAsync(null, Token);
        Assert.True(verification.IsSound);
        Assert.Equal(1, verification.PrunedSessions);
        var record = Assert.Single(await new JournalMaintenance(_journal).ListPrunedAsync(Token));
        Assert.Equal(("ses_old", 4L, hash, 1, Now, "olga", verification.PrunedSeal), (record.SessionId, record.Sequence, record.Hash, record.Runs, record.At, record.By, record.Seal));
    }

    [Fact]
    public async Task Prune_RunThatHasNotEnded_IsKeptAndCounted()
    {
        await RecordAsync("ses_waits", "support", 100, new RunParked { RunId = "run_1" });
        await RecordAsync("ses_stopped", "support", 100, new RunInterrupted { RunId = "run_2", Reason = "told to" });
        await RecordAsync("ses_died", "support", 100);

        var report = await PruneAsync(90);

        Assert.Equal((0, 1, 2), (report.Sessions, report.KeptWaiting, report.KeptUnfinished));
        Assert.Equal(3, (await _journal.ListRunsAsync(new RunFilter(), Token)).Count);
    }

    [Fact]
    public async Task Prune_SessionThatAProcessHolds_IsKeptAndCounted()
    {
        await RecordAsync("ses_held", "support", 100, Ended("run_1"));
        using (_journal.Claim("ses_held"))
        {
            Assert.Equal((0, 1), ((await PruneAsync(90)).Sessions, (await PruneAsync(90)).KeptInUse));
        }

        Assert.Equal(1, (await PruneAsync(90)).Sessions);
    }

    [Fact]
    public async Task Prune_PeriodsOfAgents_EachSessionIsKeptAsLongAsTheLongestOfItsAgentsSays()
    {
        await RecordAsync("ses_support", "support", 40, Ended("run_1"));
        await RecordAsync("ses_legal", "legal", 4000, Ended("run_2"));
        await RecordAsync("ses_other", "other", 100, Ended("run_3"));
        await RecordAsync("ses_both", "support", 40, Ended("run_4"));
        await AppendAsync("ses_both", 2, 40, [Started("run_5", "legal"), .. Ended("run_5")]);
        var periods = new RetentionPeriods
        {
            Default = TimeSpan.FromDays(90),
            Agents = new Dictionary<string, TimeSpan?> { ["support"] = TimeSpan.FromDays(30), ["legal"] = null },
        };

        Assert.Equal(1, (await PruneAsync(periods, agent: "support")).Sessions);
        Assert.Equal(["ses_both", "ses_legal", "ses_other"], await SessionsAsync());
        Assert.Equal(1, (await PruneAsync(periods)).Sessions);
        Assert.Equal(["ses_both", "ses_legal"], await SessionsAsync());
    }

    [Fact]
    public async Task Prune_SessionsOfSubRuns_StayAndGoWithTheRunAboveThem()
    {
        await RecordAsync("ses_top", "support", 100, new RunParked { RunId = "run_top" });
        await AppendAsync("ses_sub", 0, 100, [Started("run_sub", "legal", new ParentCall("ses_top", "run_top", "1.1")), .. Ended("run_sub")]);
        Assert.Equal((0, 2), ((await PruneAsync(90)).Sessions, (await PruneAsync(90)).KeptWaiting));

        await AppendAsync("ses_top", 2, 100, Ended("run_top"));
        Assert.Equal((2, 2), ((await PruneAsync(90, dryRun: true)).Sessions, (await PruneAsync(90)).Sessions));
        Assert.Empty(await SessionsAsync());
    }

    [Fact]
    public async Task Prune_WordPutInAfterTheEnd_KeepsTheSessionYoung()
    {
        await RecordAsync("ses_1", "support", 100, Ended("run_1"));
        await AppendAsync("ses_1", 2, 10, [JournalFile.Saying("late")]);

        Assert.Equal(0, (await PruneAsync(90)).Sessions);
    }

    [Fact]
    public async Task Prune_DryRun_CountsAndRemovesNothing()
    {
        await RecordAsync("ses_1", "support", 100, Ended("run_1", Large));
        var events = _file.Number("SELECT count(*) FROM events");

        Assert.Equal((1, 3L), ((await PruneAsync(90, dryRun: true)).Sessions, (await PruneAsync(90, dryRun: true)).Events));

        Assert.Equal((events, 1L, 0L), (_file.Number("SELECT count(*) FROM events"), _file.Number("SELECT count(*) FROM contents"), _file.Number("SELECT count(*) FROM pruned")));
    }

    [Fact]
    public async Task Prune_StoppedAfterAnyTransaction_FileIsSoundAndTheNextFinishes()
    {
        for (var transactions = 1; ; transactions++)
        {
            using var file = new JournalFile();
            await using var journal = SqliteJournal.Open(file.Directory);
            await AppendAsync(journal, "ses_long", 0, 100, [Started("run_1", "support"), .. Enumerable.Repeat(JournalFile.Saying(Large), 2500), .. Ended("run_1")]);
            await AppendAsync(journal, "ses_old", 0, 100, [Started("run_2", "support"), .. Ended("run_2", LargeToo)]);
            await AppendAsync(journal, "ses_new", 0, 10, [Started("run_3", "support"), .. Ended("run_3", Large)]);
            using var stop = new CancellationTokenSource();
            var clock = new StoppingClock(stop, transactions);

            var stopped = await StopsAsync(new JournalMaintenance(journal, clock).PruneAsync(Request(90), stop.Token));

            Assert.True((await journal.VerifyAsync(null, Token)).IsSound);
            Assert.Equal(Large, (await journal.ReadAsync("ses_new", 0, Token)).OfType<CallCompleted>().Single().Result!.ToString());
            await new JournalMaintenance(journal, new FakeTimeProvider(Now)).PruneAsync(Request(90), Token);
            Assert.Equal((3L, 1L, 2L), (file.Number("SELECT count(*) FROM events"), file.Number("SELECT count(*) FROM contents"), file.Number("SELECT count(*) FROM pruned WHERE finished = 1")));
            Assert.Equal(0, file.Number("PRAGMA freelist_count"));
            Assert.True((await journal.VerifyAsync(null, Token)).IsSound);
            if (!stopped)
            {
                Assert.True(transactions > 4, "The session of 2,500 events takes several transactions.");
                return;
            }
        }
    }

    [Fact]
    public async Task Prune_WhileOthersAppend_LosesNothingOfTheirs()
    {
        for (var i = 0; i < 20; i++)
        {
            await AppendAsync($"ses_old{i}", 0, 100, [Started($"run_{i}", "support"), .. Enumerable.Repeat(JournalFile.Saying(Large), 200), .. Ended($"run_{i}")]);
        }

        var appending = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await AppendAsync("ses_now", i, 0, [JournalFile.Saying(i % 2 == 0 ? Large : $"{LargeToo}{i}")]);
            }
        }, Token);
        Assert.Equal(20, (await PruneAsync(90)).Sessions);
        await appending;

        Assert.Equal(200, (await _journal.ReadAsync("ses_now", 0, Token)).Count);
        Assert.True((await _journal.VerifyAsync(null, Token)).IsSound);
    }

    [Theory]
    [InlineData("UPDATE pruned SET pruned_by = 'nobody' WHERE number = 1")]
    [InlineData("UPDATE pruned SET hash = zeroblob(32) WHERE number = 2")]
    [InlineData("DELETE FROM pruned WHERE number = 1")]
    [InlineData("INSERT INTO events (session_id, seq, version, payload, hash) VALUES ('ses_1', 1, 1, x'7B7D', zeroblob(32))")]
    public async Task Verify_RecordsOfPruningWereChanged_SaysSo(string change)
    {
        await RecordAsync("ses_1", "support", 100, Ended("run_1"));
        await RecordAsync("ses_2", "support", 100, Ended("run_2"));
        await PruneAsync(90);
        Assert.True((await _journal.VerifyAsync(null, Token)).IsSound);

        _file.Execute(change);

        Assert.Contains("pruned", Assert.Single((await _journal.VerifyAsync(null, Token)).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prune_LargeSession_TheFileShrinks()
    {
        await AppendAsync("ses_1", 0, 100, [Started("run_1", "support"), .. Enumerable.Range(0, 500).Select(i => JournalFile.Saying($"{i}{Large}")), .. Ended("run_1")]);

        var report = await PruneAsync(90);

        Assert.True(report.BytesAfter * 10 < report.BytesBefore, $"{report.BytesBefore} before, {report.BytesAfter} after");
    }

    [Fact]
    public async Task Vacuum_FileOfAnEarlierVersion_ShrinksAndStaysSound()
    {
        using var file = JournalFile.CopyOf("format-2.db");
        await using var journal = SqliteJournal.Open(file.Directory);
        await AppendAsync(journal, "ses_1", 0, 100, [Started("run_1", "support"), .. Enumerable.Range(0, 500).Select(i => JournalFile.Saying($"{i}{Large}")), .. Ended("run_1")]);
        var maintenance = new JournalMaintenance(journal, new FakeTimeProvider(Now));
        await maintenance.PruneAsync(Request(90), Token);

        var (before, after) = await maintenance.VacuumAsync(Token);

        Assert.True(after * 10 < before, $"{before} before, {after} after");
        Assert.Equal(2, file.Number("PRAGMA auto_vacuum"));
        await AppendAsync(journal, "ses_2", 0, 0, [JournalFile.Saying("goes on")]);
        Assert.True((await journal.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public async Task Prune_WhileAnotherPrunes_IsRefused()
    {
        using var other = _journal.Claim("maintenance");

        var error = await Assert.ThrowsAsync<JournalException>(() => PruneAsync(90));

        Assert.Contains("is being pruned or vacuumed by another process", error.Message, StringComparison.Ordinal);
    }

    private static RunStarted Started(string runId, string agent, ParentCall? parent = null) => new()
    {
        RunId = runId,
        Agent = agent,
        Principal = "alice",
        Request = "help",
        Instructions = "",
        PolicyVersion = "1",
        Parent = parent,
    };

    private static RunEvent[] Ended(string runId, params string[] results) =>
    [
        .. results.Select(result => new CallCompleted { RunId = runId, CallId = "1.1", Result = result }),
        new RunCompleted { RunId = runId, Answer = "done" },
    ];

    private static PruneRequest Request(int days) => new(new RetentionPeriods { Default = TimeSpan.FromDays(days) }, "olga");

    private static async Task<bool> StopsAsync(Task work)
    {
        try
        {
            await work;
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private static ValueTask AppendAsync(SqliteJournal journal, string session, long after, int daysAgo, params RunEvent[] events)
    {
        foreach (var runEvent in events)
        {
            runEvent.Time = Now - TimeSpan.FromDays(daysAgo);
        }

        return journal.AppendAsync(session, after, events, Token);
    }

    private ValueTask AppendAsync(string session, long after, int daysAgo, params RunEvent[] events) => AppendAsync(_journal, session, after, daysAgo, events);

    private ValueTask RecordAsync(string session, string agent, int daysAgo, params RunEvent[] events) =>
        AppendAsync(session, 0, daysAgo, [Started(events.Length > 0 ? events[^1].RunId : "run_" + session, agent), .. events]);

    private Task<PruneReport> PruneAsync(int days, bool dryRun = false) => PruneAsync(new RetentionPeriods { Default = TimeSpan.FromDays(days) }, dryRun: dryRun);

    private Task<PruneReport> PruneAsync(RetentionPeriods periods, string? agent = null, bool dryRun = false) =>
        new JournalMaintenance(_journal, new FakeTimeProvider(Now)).PruneAsync(new PruneRequest(periods, "olga") { Agent = agent, DryRun = dryRun }, Token);

    private async Task<IEnumerable<string>> SessionsAsync() => (await _journal.VerifyAsync(null, Token)).Sessions.Select(head => head.SessionId);

    /// <summary>A clock that cancels when the given number of transactions has begun.</summary>
    private sealed class StoppingClock(CancellationTokenSource stop, int transactions) : TimeProvider
    {
        private int _begun;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp()
        {
            if (++_begun == transactions)
            {
                stop.Cancel();
            }

            return 0;
        }
    }
}
