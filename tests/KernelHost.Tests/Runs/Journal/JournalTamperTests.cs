using KernelHost.Runs.Journal;

namespace KernelHost.Tests.Runs.Journal;

public sealed class JournalTamperTests : IDisposable
{
    private readonly JournalFile _file = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Verify_NothingWasTouched_IsSoundAndNamesTheHeads()
    {
        await WriteAsync();

        var verification = await VerifyAsync();

        Assert.True(verification.IsSound);
        Assert.Equal(8, verification.Events);
        Assert.Equal([("ses_a", 5L), ("ses_b", 3L)], verification.Sessions.Select(head => (head.SessionId, head.Sequence)));
        Assert.All(verification.Sessions, head => Assert.Matches("^[0-9a-f]{64}$", head.Hash));
    }

    [Theory]
    [InlineData("UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), 'three', 'threx') AS BLOB) WHERE session_id = 'ses_a' AND seq = 3", 3)]
    [InlineData("UPDATE events SET version = 2 WHERE session_id = 'ses_a' AND seq = 2", 2)]
    [InlineData("UPDATE events SET hash = zeroblob(32) WHERE session_id = 'ses_a' AND seq = 2", 2)]
    [InlineData("UPDATE events SET payload = CAST(payload AS TEXT) || ' ' WHERE session_id = 'ses_a' AND seq = 4", 4)]
    [InlineData("UPDATE events SET parts = NULL WHERE session_id = 'ses_a' AND seq = 5", 5)]
    [InlineData("UPDATE contents SET bytes = '\"short\"'", 5)]
    [InlineData("DELETE FROM contents", 5)]
    [InlineData("DELETE FROM events WHERE session_id = 'ses_a' AND seq = 1", 1)]
    [InlineData("DELETE FROM events WHERE session_id = 'ses_a' AND seq = 3", 3)]
    [InlineData("DELETE FROM events WHERE session_id = 'ses_a' AND seq >= 4", 4)]
    [InlineData("DELETE FROM events WHERE session_id = 'ses_a'", 1)]
    [InlineData("DELETE FROM sessions WHERE session_id = 'ses_a'", 6)]
    [InlineData("UPDATE sessions SET seq = 4, hash = (SELECT hash FROM events WHERE session_id = 'ses_a' AND seq = 4) WHERE session_id = 'ses_a'", 5)]
    [InlineData("UPDATE sessions SET hash = zeroblob(32) WHERE session_id = 'ses_a'", 5)]
    [InlineData("UPDATE events SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE session_id = 'ses_a' AND seq IN (2, 3); UPDATE events SET seq = -seq WHERE seq < 0", 2)]
    [InlineData("INSERT INTO events SELECT session_id, 6, version, payload, parts, hash FROM events WHERE session_id = 'ses_a' AND seq = 5", 6)]
    [InlineData("UPDATE events SET seq = -seq - 1 WHERE session_id = 'ses_a' AND seq >= 3; UPDATE events SET seq = -seq WHERE seq < 0; INSERT INTO events SELECT session_id, 3, version, payload, parts, hash FROM events WHERE session_id = 'ses_a' AND seq = 2", 3)]
    [InlineData("INSERT INTO events SELECT session_id, 0, version, payload, parts, hash FROM events WHERE session_id = 'ses_a' AND seq = 1", 0)]
    [InlineData("UPDATE events SET session_id = 'ses_c' WHERE session_id = 'ses_b'; UPDATE sessions SET session_id = 'ses_c' WHERE session_id = 'ses_b'", 1, "ses_c")]
    public async Task Verify_TheFileWasChanged_NamesTheFirstBrokenEvent(string change, long sequence, string session = "ses_a")
    {
        await WriteAsync();
        _file.Execute(change);

        var verification = await VerifyAsync();

        var problem = Assert.Single(verification.Problems);
        Assert.Equal((session, sequence), (problem.SessionId, problem.Sequence));
        Assert.False(verification.IsSound);
        Assert.Single(verification.Sessions);
    }

    [Fact]
    public async Task Verify_OneSession_LooksAtNoOther()
    {
        await WriteAsync();
        _file.Execute("DELETE FROM events WHERE session_id = 'ses_a' AND seq = 1");
        await using var journal = SqliteJournal.Open(_file.Directory);

        Assert.True((await journal.VerifyAsync("ses_b", Token)).IsSound);
        Assert.False((await journal.VerifyAsync("ses_a", Token)).IsSound);
    }

    [Fact]
    public async Task Append_ToASessionWhoseTailWasRemoved_DoesNotHideIt()
    {
        await WriteAsync();
        _file.Execute("DELETE FROM events WHERE session_id = 'ses_a' AND seq = 5");
        await using var journal = SqliteJournal.Open(_file.Directory);

        await Assert.ThrowsAsync<JournalConflictException>(async () => await journal.AppendAsync("ses_a", 4, [JournalFile.Saying("five")], Token));

        Assert.Equal(5, Assert.Single((await journal.VerifyAsync(null, Token)).Problems).Sequence);
    }

    // Two commits of ses_a, so that a break between and within commits is tried; its last event has a large member.
    private async Task WriteAsync()
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        await journal.AppendAsync("ses_a", 0, [JournalFile.Saying("one"), JournalFile.Saying("two")], Token);
        await journal.AppendAsync("ses_b", 0, [JournalFile.Saying("one"), JournalFile.Saying("two"), JournalFile.Saying("three")], Token);
        await journal.AppendAsync("ses_a", 2, [JournalFile.Saying("three"), JournalFile.Saying("four"), JournalFile.Saying(new string('5', 5000))], Token);
    }

    private async Task<JournalVerification> VerifyAsync()
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        return await journal.VerifyAsync(sessionId: null, Token);
    }
}
