using System.Text.Json;
using KernelHost.Cli.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KernelHost.Cli.Tests;

public class JournalTests
{
    [Fact]
    public async Task Verify_UntouchedJournal_IsSoundInAnotherProcess()
    {
        using var home = new TestHome();
        var session = await RecordAsync(home);

        var all = (await home.RunAsync("journal", "verify", "-o", "json")).Expect(0).Json;
        var one = (await home.CallAsync("journal", "verify", "--session", session)).Expect(0);

        Assert.True(all.GetProperty("sound").GetBoolean());
        Assert.Equal(session, Assert.Single(all.Items("sessions")).Text("sessionId"));
        Assert.Contains("Sound: sessions 1", one.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ChangedEvent_Ends1AndNamesIt()
    {
        using var home = new TestHome();
        var session = await RecordAsync(home);
        using (var journal = new SqliteConnection($"Data Source={Path.Combine(home.Data, "journal.db")};Pooling=False"))
        {
            journal.Open();
            using var command = journal.CreateCommand();
            command.CommandText = "UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), 'Allow', 'Deny') AS BLOB) WHERE seq = 3";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        var verification = (await home.CallAsync("journal", "verify", "-o", "json")).Expect(1).Json;

        var problem = Assert.Single(verification.Items("problems"));
        Assert.Equal((session, 3), (problem.Text("sessionId"), problem.GetProperty("sequence").GetInt32()));
    }

    [Fact]
    public async Task Export_WritesEveryEventAsALineOfJson()
    {
        using var home = new TestHome();
        var session = await RecordAsync(home);

        var lines = (await home.CallAsync("journal", "export", "--session", session)).Expect(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var events = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(entry => entry.GetProperty("sequence").GetInt32()));
        Assert.Equal(("run-started", "run-completed"), (events[0].Text("type"), events[^1].Text("type")));
        Assert.All(events, entry => Assert.Equal((session, 64), (entry.Text("session"), entry.Text("hash").Length)));
    }

    [Theory]
    [InlineData("ses_0123456789ab")]
    [InlineData("../../etc/passwd")]
    public async Task VerifyAndExport_NoSuchSession_End2(string session)
    {
        using var home = new TestHome();

        (await home.CallAsync("journal", "verify", "--session", session)).ExpectFailure(2, "session");
        (await home.CallAsync("journal", "export", "--session", session)).ExpectFailure(2, "session");
    }

    [Fact]
    public async Task Prune_OldSession_AsksCountsRemovesAndKeepsARecord()
    {
        using var home = new TestHome();
        var session = await RecordAsync(home);
        var young = await RecordAsync(home);
        using (var journal = new SqliteConnection($"Data Source={Path.Combine(home.Data, "journal.db")};Pooling=False"))
        {
            journal.Open();
            using var command = journal.CreateCommand();
            command.CommandText = """
                UPDATE runs SET updated_at = 0 WHERE session_id = $session;
                UPDATE events SET payload = CAST(json_set(CAST(payload AS TEXT), '$.time', '2001-02-03T04:05:06Z') AS BLOB) WHERE session_id = $session;
                """;
            command.Parameters.AddWithValue("$session", session);
            command.ExecuteNonQuery();
        }

        (await home.CallAsync("journal", "prune")).ExpectFailure(2, "Nothing says how long sessions are kept");
        (await home.CallAsync("journal", "prune", "--older-than", "5 minutes")).ExpectFailure(2, "'5 minutes' is no period");
        (await home.CallAsync("journal", "prune", "--older-than", "30d")).ExpectFailure(2, "sessions 1, runs 1");
        Assert.Contains("Would remove sessions 1", (await home.CallAsync("journal", "prune", "--older-than", "30d", "--dry-run")).Expect(0).Out, StringComparison.Ordinal);
        (await home.CallAsync("no\n", isTerminal: true, "journal", "prune", "--older-than", "30d")).Expect(1);
        var report = (await home.CallAsync("journal", "prune", "--older-than", "30d", "--yes", "-o", "json")).Expect(0).Json;

        Assert.Equal((1, 1), (report.GetProperty("sessions").GetInt32(), report.GetProperty("runs").GetInt32()));
        Assert.Equal(session, Assert.Single((await home.CallAsync("journal", "pruned", "-o", "json")).Expect(0).Json.Items("pruned")).Text("sessionId"));
        (await home.CallAsync("journal", "verify", "--session", session)).ExpectFailure(2, "was pruned by");
        var verification = (await home.CallAsync("journal", "verify", "-o", "json")).Expect(0).Json;
        Assert.Equal((young, 1), (Assert.Single(verification.Items("sessions")).Text("sessionId"), verification.GetProperty("prunedSessions").GetInt32()));
        (await home.CallAsync("journal", "vacuum")).Expect(0);
    }

    private static async Task<string> RecordAsync(TestHome home) =>
        (await home.CallAsync("run", "support", "Where is my order 1042?", "-o", "json")).Expect(0).Json.Text("sessionId");
}
