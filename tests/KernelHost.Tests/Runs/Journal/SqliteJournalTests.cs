using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using Microsoft.Data.Sqlite;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Journal;

public sealed class SqliteJournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kernelhost journal ž-").FullName;
    private int _paid;

    private string File => Path.Combine(_directory, "journal.db");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Append_ReopenedByTheNextProcess_RunAndApprovalAreThere()
    {
        RunResult parked;
        await using (var first = SqliteJournal.Open(_directory))
        {
            parked = await Host(first).StartAsync("pay žluťoučký 💶");
        }

        await using var second = SqliteJournal.Open(_directory);
        var run = Assert.Single(await second.ListRunsAsync(new RunFilter(Status: RunStatus.WaitingForApproval), Token));
        Assert.Equal(("pay žluťoučký 💶", parked.RunId), (run.Request, run.RunId));
        var approval = Assert.Single(await second.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending), Token));
        Assert.Equal("""{"amount":5}""", approval.Arguments.GetRawText());

        await Host(second).AnswerAsync(approval.ApprovalId, ApprovalAnswer.Approved);
        var result = await Host(second).ResumeAsync(parked.RunId);
        Assert.Equal((RunStatus.Completed, 5), (result.Status, _paid));
    }

    [Fact]
    public async Task Read_EventOfEveryKind_ComesBackAsItWasWritten()
    {
        await using var journal = SqliteJournal.Open(_directory);
        var host = Host(journal);
        var parked = await host.StartAsync("pay");
        await host.AnswerAsync(parked.Approvals[0].ApprovalId, ApprovalAnswer.Denied, "no\u0000t\u202Eoday");
        await host.ResumeAsync(parked.RunId);

        var written = await journal.ReadAsync(parked.SessionId, 0, Token);
        var again = written.Select(runEvent => System.Text.Json.JsonSerializer.Serialize(RunEventJson.Read(RunEventJson.Write(runEvent)), RunEventJson.Default.RunEvent));

        Assert.Equal(written.Select(runEvent => System.Text.Json.JsonSerializer.Serialize(runEvent, RunEventJson.Default.RunEvent)), again);
        Assert.Equal("no\u0000t\u202Eoday", written.OfType<ApprovalDecided>().Single().Reason);
    }

    [Fact]
    public async Task Append_SomebodyElseWasFaster_LosesAndWritesNothing()
    {
        await using var journal = SqliteJournal.Open(_directory);
        await using var other = SqliteJournal.Open(_directory);
        await journal.AppendAsync("ses_1", 0, [new RunResumed { RunId = "run_1" }], Token);

        await Assert.ThrowsAsync<JournalConflictException>(async () => await other.AppendAsync("ses_1", 0, [new RunResumed { RunId = "run_1" }, new RunParked { RunId = "run_1" }], Token));

        Assert.Single(await journal.ReadAsync("ses_1", 0, Token));
    }

    [Fact]
    public async Task Append_ManyWritersOfTwoHandles_NothingIsLostOrDoubled()
    {
        await using var left = SqliteJournal.Open(_directory);
        await using var right = SqliteJournal.Open(_directory);
        const int PerWriter = 20;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < PerWriter; i++)
                {
                    await (writer % 2 == 0 ? left : right).AppendAsync($"ses_{writer}", i, [new RunResumed { RunId = $"run_{i}" }], Token);
                }
            },
            Token)));

        for (var writer = 0; writer < 6; writer++)
        {
            var events = await left.ReadAsync($"ses_{writer}", 0, Token);
            Assert.Equal(Enumerable.Range(0, PerWriter).Select(i => $"run_{i}"), events.Select(runEvent => runEvent.RunId));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Claim_LastHolderWasKilled_NamesTheNewOne(bool olderVersion)
    {
        await using var journal = SqliteJournal.Open(_directory);
        await using var other = SqliteJournal.Open(_directory);
        var left = Path.Combine(_directory, "sessions", "ses_1.lock.pid");
        if (olderVersion || OperatingSystem.IsWindows())
        {
            await System.IO.File.WriteAllTextAsync(left, "none", Token);
        }
        else
        {
            System.IO.File.CreateSymbolicLink(left, "none");
        }

        using (journal.Claim("ses_1"))
        {
            var refusal = Assert.Throws<SessionBusyException>(() => other.Claim("ses_1"));
            Assert.Contains($"process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(_directory, "sessions")));
    }

    [Fact]
    public async Task Claim_HeldByAnother_IsRefusedAndFreeAfterwards()
    {
        await using var journal = SqliteJournal.Open(_directory);
        await using var other = SqliteJournal.Open(_directory);
        using (journal.Claim("ses_1"))
        {
            var refusal = Assert.Throws<SessionBusyException>(() => other.Claim("ses_1"));
            Assert.Contains($"process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
        }

        other.Claim("ses_1").Dispose();
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory, "sessions")));
    }

    [Fact]
    public async Task Append_DatabaseIsLocked_SaysSoAndLosesNothing()
    {
        await using var journal = SqliteJournal.Open(_directory);
        await journal.AppendAsync("ses_1", 0, [new RunResumed { RunId = "run_1" }], Token);
        using (var holder = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            holder.Open();
            using var transaction = holder.BeginTransaction(deferred: false);
            var error = await Assert.ThrowsAsync<JournalException>(async () => await journal.AppendAsync("ses_1", 1, [new RunParked { RunId = "run_1" }], Token));
            Assert.Contains("locked", error.Message, StringComparison.Ordinal);
            transaction.Rollback();
        }

        await journal.AppendAsync("ses_1", 1, [new RunParked { RunId = "run_1" }], Token);
        Assert.Equal(2, (await journal.ReadAsync("ses_1", 0, Token)).Count);
    }

    [Fact]
    public void Open_NotADatabase_NamesTheFileAndLeavesIt()
    {
        System.IO.File.WriteAllText(File, new string('x', 8192));

        var error = Assert.Throws<JournalException>(() => SqliteJournal.Open(_directory));

        Assert.Contains(File, error.Message, StringComparison.Ordinal);
        Assert.Equal(8192, new FileInfo(File).Length);
    }

    [Fact]
    public void Open_WrittenByANewerVersion_IsRefusedUnharmed()
    {
        using (var newer = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            newer.Open();
            using var command = newer.CreateCommand();
            command.CommandText = "PRAGMA user_version=7; CREATE TABLE events (whatever TEXT);";
            command.ExecuteNonQuery();
        }

        var error = Assert.Throws<JournalException>(() => SqliteJournal.Open(_directory));

        Assert.Contains("newer version (format 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DirectoryCannotBeMade_NamesItAndTheCure()
    {
        var file = Path.Combine(_directory, "file");
        System.IO.File.WriteAllText(file, "");

        var error = Assert.Throws<JournalException>(() => SqliteJournal.Open(Path.Combine(file, "below")));

        Assert.Contains("KernelHost:DataDirectory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_EventOfAnUnknownKind_IsRefusedWithItsNumber()
    {
        await using var journal = SqliteJournal.Open(_directory);
        await journal.AppendAsync("ses_1", 0, [new RunResumed { RunId = "run_1" }], Token);
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """UPDATE events SET payload = CAST('{"type":"run-teleported","runId":"run_1"}' AS BLOB)""";
            command.ExecuteNonQuery();
        }

        var error = await Assert.ThrowsAsync<JournalException>(async () => await journal.ReadAsync("ses_1", 0, Token));

        Assert.Contains("event 1", error.Message, StringComparison.Ordinal);
    }

    private RunHost Host(JournalStore journal) => new(
        journal,
        new ScriptedChatClient(Calls(("test-pay", new { amount = 5 })), Says("Done.")),
        TestTools.Create("pay", ToolEffect.Once, (int amount) => $"paid {_paid += amount}"));
}
