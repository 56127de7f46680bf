using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using Microsoft.Data.Sqlite;

namespace KernelHost.Tests.Runs.Journal;

public sealed class GroupCommitTests : IDisposable
{
    private readonly JournalFile _file = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Append_ManySessionsAtOnce_AreAllThereInOrderAndSound()
    {
        const int Sessions = 32;
        const int PerSession = 25;
        await using (var journal = SqliteJournal.Open(_file.Directory))
        {
            await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session => Task.Run(
                async () =>
                {
                    for (var i = 0; i < PerSession; i++)
                    {
                        await journal.AppendAsync($"ses_{session}", i, [JournalFile.Saying($"{i}")], Token);
                    }
                },
                Token)));
        }

        await using var again = SqliteJournal.Open(_file.Directory);
        for (var session = 0; session < Sessions; session++)
        {
            var events = await again.ReadAsync($"ses_{session}", 0, Token);
            Assert.Equal(Enumerable.Range(0, PerSession).Select(i => $"{i}"), events.Cast<CallCompleted>().Select(completed => completed.Result?.ToString()));
        }

        Assert.True((await again.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public void Commit_OneOfAGroupConflicts_OnlyThatOneFails()
    {
        using var file = SqliteJournalFile.Open(_file.Path);
        using var writer = new SqliteEventWriter(file);
        PendingAppend[] group = [Append("ses_a", 0), Append("ses_b", 3), Append("ses_a", 1), Append("ses_c", 0)];

        writer.Commit(group);

        Assert.Equal([true, false, true, true], group.Select(append => append.Done.IsCompletedSuccessfully));
        Assert.IsType<JournalConflictException>(group[1].Done.Exception!.InnerException);
        Assert.Equal(3, _file.Number("SELECT count(*) FROM events"));
    }

    [Fact]
    public void Commit_OneOfAGroupBreaksARule_TheOthersAreWrittenAndOnlyItsCallerHears()
    {
        using var file = SqliteJournalFile.Open(_file.Path);
        using var writer = new SqliteEventWriter(file);
        writer.Commit([Append("ses_a", 0, Started("run_same"))]);
        PendingAppend[] group = [Append("ses_b", 0), Append("ses_c", 0, Started("run_same")), Append("ses_b", 1), Append("ses_d", 0)];

        writer.Commit(group);

        Assert.Equal([true, false, true, true], group.Select(append => append.Done.IsCompletedSuccessfully));
        Assert.IsType<JournalException>(group[1].Done.Exception!.InnerException);
        Assert.Equal(0, _file.Number("SELECT count(*) FROM events WHERE session_id = 'ses_c'"));
        Assert.Equal(4, _file.Number("SELECT count(*) FROM events"));
    }

    [Fact]
    public void Commit_TheDiskIsFull_EveryCallerHearsItAndTheNextGroupGoesOn()
    {
        using var file = SqliteJournalFile.Open(_file.Path);
        using var writer = new SqliteEventWriter(file);
        writer.Commit([Append("ses_a", 0)]);
        SetLimit(file.Connection, 1);
        PendingAppend[] group = [.. Enumerable.Range(0, 40).Select(i => Append($"ses_x{i}", 0, JournalFile.Saying(new string('x', 4000))))];

        writer.Commit(group);

        Assert.All(group, append => Assert.Contains("full", append.Done.Exception!.InnerException!.Message, StringComparison.Ordinal));
        SetLimit(file.Connection, 1_000_000);
        PendingAppend[] next = [Append("ses_a", 1), Append("ses_x1", 0)];
        writer.Commit(next);
        Assert.All(next, append => Assert.True(append.Done.IsCompletedSuccessfully));
        Assert.Equal(3, _file.Number("SELECT count(*) FROM events"));
    }

    [Fact]
    public async Task Run_WhileACommitIsUnderWay_TheWaitingShareTheNextOne()
    {
        using var first = new ManualResetEventSlim();
        using var began = new ManualResetEventSlim();
        List<int> groups = [];
        using var commits = new GroupCommit(group =>
        {
            groups.Add(group.Count);
            began.Set();
            first.Wait(Token);
            foreach (var append in group)
            {
                append.Complete(null);
            }
        });
        var leader = Task.Run(() => commits.RunAsync(Append("ses_0", 0)), Token);
        began.Wait(Token);
        var waiting = Enumerable.Range(1, 9).Select(i => commits.RunAsync(Append($"ses_{i}", 0))).ToList();
        Assert.DoesNotContain(waiting, append => append.IsCompleted);

        first.Set();
        await leader;
        await Task.WhenAll(waiting);

        Assert.Equal([1, 9], groups);
    }

    [Fact]
    public async Task Append_TwoProcessesOneSessionByTurns_EachSeesWhereTheOtherEnded()
    {
        await using var left = SqliteJournal.Open(_file.Directory);
        await using var right = SqliteJournal.Open(_file.Directory);
        await left.AppendAsync("ses_a", 0, [JournalFile.Saying("0")], Token);
        await right.AppendAsync("ses_a", 1, [JournalFile.Saying("1")], Token);

        await Assert.ThrowsAsync<JournalConflictException>(async () => await left.AppendAsync("ses_a", 1, [JournalFile.Saying("lost")], Token));
        await left.AppendAsync("ses_a", 2, [JournalFile.Saying("2")], Token);
        await Assert.ThrowsAsync<JournalConflictException>(async () => await right.AppendAsync("ses_a", 2, [JournalFile.Saying("lost")], Token));
        await right.AppendAsync("ses_a", 3, [JournalFile.Saying("3")], Token);

        Assert.Equal(["0", "1", "2", "3"], (await left.ReadAsync("ses_a", 0, Token)).Cast<CallCompleted>().Select(completed => completed.Result?.ToString()));
        Assert.True((await right.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public void Commit_CallerHasGivenUp_ItsEventsAreNotWritten()
    {
        using var file = SqliteJournalFile.Open(_file.Path);
        using var writer = new SqliteEventWriter(file);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        var given = new PendingAppend("ses_b", 0, [JournalFile.Saying("x")], Stored(JournalFile.Saying("x")), cancellation.Token);
        PendingAppend[] group = [Append("ses_a", 0), given];

        writer.Commit(group);

        Assert.Equal((true, true), (group[0].Done.IsCompletedSuccessfully, given.Done.IsCanceled));
        Assert.Equal(1, _file.Number("SELECT count(*) FROM events"));
    }

    [Fact]
    public async Task Append_MoreThanALogHolds_TheLogBeginsAnew()
    {
        var log = 0L;
        await using (var journal = SqliteJournal.Open(_file.Directory))
        {
            for (var i = 0; i < 30; i++)
            {
                await journal.AppendAsync("ses_a", i * 200, [.. Enumerable.Range(i * 200, 200).Select(number => JournalFile.Saying($"{number} {new string('x', 3000)}"))], Token);
                log = Math.Max(log, new FileInfo(_file.Path + "-wal").Length);
            }

            Assert.Equal(6000, (await journal.VerifyAsync("ses_a", Token)).Events);
        }

        Assert.InRange(log, 1, new FileInfo(_file.Path).Length / 4);
        Assert.False(File.Exists(_file.Path + "-wal"));
        Assert.Equal(6000, _file.Number("SELECT count(*) FROM events"));
    }

    private static void SetLimit(SqliteConnection connection, int pages)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA max_page_count={pages}";
        command.ExecuteNonQuery();
    }

    private static PendingAppend Append(string session, long expected, RunEvent? runEvent = null) =>
        new(session, expected, [runEvent ?? JournalFile.Saying("x")], Stored(runEvent ?? JournalFile.Saying("x")), CancellationToken.None);

    private static (StoredEvent Event, IReadOnlyList<Content> Contents)[] Stored(RunEvent runEvent) => [StoredEvent.Create(runEvent, EventUpcasters.Current)];

    private static RunStarted Started(string run) => new() { RunId = run, Agent = "a", Principal = "p", Request = "r", Instructions = "i", PolicyVersion = "1" };
}
