using System.Collections.Frozen;
using System.Text.Json.Nodes;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Journal;

/// <summary>
/// Journals written by earlier versions, kept in the folder Data, open in this one. Each file holds: a run that paid 5 after an approval,
/// a run that read 5,000 characters and waits for the approval to pay 7, and a run that only answered.
/// </summary>
public sealed class JournalFormatTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("format-1.db")]
    [InlineData("format-2.db")]
    [InlineData("format-3.db")]
    public async Task Open_FileOfAnEarlierVersion_IsReadSoundAndGoesOn(string name)
    {
        using var file = JournalFile.CopyOf(name);
        await using var journal = SqliteJournal.Open(file.Directory);

        var runs = await journal.ListRunsAsync(new RunFilter(), Token);
        Assert.Equal(3, runs.Count);
        Assert.Equal(2, runs.Count(run => run.Status == RunStatus.Completed));
        var verification = await journal.VerifyAsync(null, Token);
        Assert.True(verification.IsSound);
        Assert.Equal(file.Number("SELECT count(*) FROM events"), verification.Events);

        var open = Assert.Single(await journal.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending), Token));
        Assert.Equal(new string('x', 5000), (await journal.ReadAsync(open.SessionId, 0, Token)).OfType<CallCompleted>().Single().Result?.ToString());
        var paid = 0;
        var host = new RunHost(
            journal,
            new ScriptedChatClient(Calls(("test-read", new { })), Calls(("test-pay", new { amount = 7 })), Says("Paid.")),
            TestTools.Create("pay", ToolEffect.Once, (int amount) => $"paid {paid += amount}"),
            TestTools.Create("read", ToolEffect.Read, () => "again"));
        await host.AnswerAsync(open.ApprovalId, ApprovalAnswer.Approved);
        Assert.Equal((RunStatus.Completed, 7), ((await host.ResumeAsync(open.RunId)).Status, paid));
        Assert.True((await journal.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public async Task Open_Format1_KeepsEveryEventAndStoresLargeMembersApart()
    {
        using var file = JournalFile.CopyOf("format-1.db");
        var events = file.Number("SELECT count(*) FROM events");
        await using (SqliteJournal.Open(file.Directory))
        {
        }

        Assert.Equal(3, file.Number("PRAGMA user_version"));
        Assert.Equal(events, file.Number("SELECT count(*) FROM events"));
        Assert.Equal(1, file.Number("SELECT count(*) FROM contents"));
        Assert.Equal(0, file.Number("SELECT count(*) FROM events WHERE length(payload) > 4096"));
        Assert.Equal(0, file.Number("SELECT count(*) FROM sqlite_master WHERE name = 'events_1'"));
    }

    [Fact]
    public void Open_Format1ThatCannotBeMigrated_LeavesItAsItWas()
    {
        using var file = JournalFile.CopyOf("format-1.db");
        file.Execute("CREATE TABLE contents (other TEXT)");
        var events = file.Number("SELECT count(*) FROM events");

        Assert.Throws<JournalException>(() => SqliteJournal.Open(file.Directory));

        Assert.Equal((1, events), (file.Number("PRAGMA user_version"), file.Number("SELECT count(*) FROM events")));
    }

    [Fact]
    public async Task Append_ByAProcessOfFormat1AfterTheMigration_FailsAndHarmsNothing()
    {
        using var file = JournalFile.CopyOf("format-1.db");
        await using var journal = SqliteJournal.Open(file.Directory);

        Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => file.Execute("INSERT INTO events (session_id, seq, payload) VALUES ('ses_old', 1, x'7B7D')"));

        Assert.True((await journal.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public async Task Read_EventOfAnOlderVersion_IsBroughtUpStepByStep()
    {
        using var file = new JournalFile();
        await using (var older = SqliteJournal.Open(file.Directory))
        {
            await older.AppendAsync("ses_1", 0, [JournalFile.Saying("old"), new RunParked { RunId = "run_1" }], Token);
        }

        await using var newer = SqliteJournal.Open(file.Directory, Upcasting(
            json => json["result"] = $"{json["result"]} two",
            json => json["result"] = $"{json["result"]} three"));
        await newer.AppendAsync("ses_1", 2, [JournalFile.Saying("new")], Token);

        var events = await newer.ReadAsync("ses_1", 0, Token);
        Assert.Equal(["old two three", "new"], events.OfType<CallCompleted>().Select(completed => completed.Result?.ToString()));
        Assert.Equal([1L, 2L, 3L], events.Select(runEvent => runEvent.Sequence));
        Assert.Equal(3, file.Number("SELECT version FROM events WHERE seq = 3"));
        Assert.True((await newer.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public async Task Read_EventOfANewerVersion_IsRefusedAndKept()
    {
        using var file = new JournalFile();
        await using (var newer = SqliteJournal.Open(file.Directory, Upcasting(static _ => { })))
        {
            await newer.AppendAsync("ses_1", 0, [new RunParked { RunId = "run_1" }, JournalFile.Saying("new")], Token);
        }

        await using var older = SqliteJournal.Open(file.Directory);
        var error = await Assert.ThrowsAsync<JournalException>(async () => await older.ReadAsync("ses_1", 0, Token));

        Assert.Contains("event 2 of session 'ses_1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'call-completed' of version 2", error.Message, StringComparison.Ordinal);
        Assert.True((await older.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public async Task Read_EventOfAnUnknownKind_IsRefusedByName()
    {
        using var file = new JournalFile();
        await using var journal = SqliteJournal.Open(file.Directory);
        await journal.AppendAsync("ses_1", 0, [JournalFile.Saying("x")], Token);
        file.Execute("""UPDATE events SET payload = CAST('{"runId":"run_1","type":"run-teleported"}' AS BLOB)""");

        var error = await Assert.ThrowsAsync<JournalException>(async () => await journal.ReadAsync("ses_1", 0, Token));

        Assert.Contains("'run-teleported' is unknown", error.Message, StringComparison.Ordinal);
    }

    private static EventUpcasters Upcasting(params Action<JsonObject>[] steps) =>
        new(new Dictionary<string, Action<JsonObject>[]> { ["call-completed"] = steps }.ToFrozenDictionary());
}
