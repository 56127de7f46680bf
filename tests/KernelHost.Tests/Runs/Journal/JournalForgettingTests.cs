using System.Text;
using System.Text.Json;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Journal.Forgetting;
using KernelHost.Runs.Journal.Retention;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Journal;

public sealed class JournalForgettingTests : IAsyncDisposable
{
    private const string Secret = "Žofie's \"doctor\" is\nDr. Xylophone <x@y.example>";
    private readonly JournalFile _file = new();
    private readonly SqliteJournal _journal;

    public JournalForgettingTests() => _journal = SqliteJournal.Open(_file.Directory);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _file.Dispose();
    }

    [Fact]
    public async Task Forget_TextInEveryKindOfPlace_IsGoneFromTheFileAndTheChainIsSound()
    {
        await _journal.AppendAsync("ses_a", 0,
        [
            new RunStarted { RunId = "run_1", Agent = "support", Principal = "ann", Request = $"Remember: {Secret}.", Instructions = "", PolicyVersion = "p" },
            JournalFile.Saying("harmless"),
            JournalFile.Saying($"{Secret} and {Secret}"),
            new CallCompleted { RunId = "run_1", CallId = "1.2", Result = JsonSerializer.SerializeToElement(new { text = Secret, json = JsonSerializer.Serialize(new { Secret }), number = 1.50m }) },
            JournalFile.Saying(new string('x', 5000) + Secret),
        ], Token);
        await _journal.AppendAsync("ses_b", 0, [JournalFile.Saying(new string('x', 5000) + Secret)], Token);
        await _journal.AppendAsync("ses_c", 0, [JournalFile.Saying("nothing to do with it")], Token);
        var before = (await _journal.VerifyAsync(null, Token)).Sessions;

        var counted = await ForgetAsync(dryRun: true);
        Assert.Equal((2, 5, 1, null), (counted.Sessions, counted.Events, counted.Rows, counted.IsGone));
        Assert.Equal(before, (await _journal.VerifyAsync(null, Token)).Sessions);
        var report = await ForgetAsync();

        Assert.Equal((2, 5, 1, true), (report.Sessions, report.Events, report.Rows, report.IsGone));
        Assert.False(OnDisk("Xylophone"));
        var events = await _journal.ReadAsync("ses_a", 0, Token);
        Assert.Equal("Remember: [forgotten].", Assert.IsType<RunStarted>(events[0]).Request);
        Assert.Equal("harmless", Assert.IsType<CallCompleted>(events[1]).Result?.ToString());
        Assert.Equal("[forgotten] and [forgotten]", Assert.IsType<CallCompleted>(events[2]).Result?.ToString());
        Assert.Equal("""{"text":"[forgotten]","json":"{\u0022Secret\u0022:\u0022[forgotten]\u0022}","number":1.50}""", Assert.IsType<CallCompleted>(events[3]).Result?.ToString());
        var record = Assert.IsType<TextForgotten>(events[^1]);
        Assert.Equal(("mem_x", "olga", "1 3 4 5"), (record.Subject, record.By, string.Join(' ', record.Events.Select(static forgotten => forgotten.Sequence))));
        var verification = await _journal.VerifyAsync(null, Token);
        Assert.True(verification.IsSound);
        Assert.Equal((9, 5), (verification.Events, verification.ForgottenEvents));
        // What is known elsewhere of the chain still holds for what was not touched.
        Assert.Contains(before.Single(static head => head.SessionId == "ses_c"), verification.Sessions);
        Assert.Equal(0, (await ForgetAsync()).Events);
    }

    [Theory]
    [InlineData("UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), '[forgotten]', 'innocent') AS BLOB) WHERE seq = 2", 2)]
    [InlineData("UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), 'harmless', 'harmful') AS BLOB) WHERE seq = 1", 1)]
    [InlineData("UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), 'olga', 'ovid') AS BLOB) WHERE seq = 4", 4)]
    [InlineData("UPDATE events SET hash = zeroblob(32) WHERE seq = 2", 3)]
    [InlineData("DELETE FROM events WHERE seq = 4; UPDATE sessions SET seq = 3, hash = (SELECT hash FROM events WHERE seq = 3)", 2)]
    public async Task Verify_AfterForgetting_SeesEveryOtherChange(string change, long sequence)
    {
        await _journal.AppendAsync("ses_a", 0, [JournalFile.Saying("harmless"), JournalFile.Saying(Secret), JournalFile.Saying("end")], Token);
        await ForgetAsync();
        _file.Execute(change);
        Assert.Equal(sequence, Assert.Single((await _journal.VerifyAsync(null, Token)).Problems).Sequence);
    }

    [Fact]
    public async Task Forget_TwoTextsOfOneEvent_OneAfterTheOther_StaysSound()
    {
        await _journal.AppendAsync("ses_a", 0, [JournalFile.Saying($"first thing, {Secret}, second thing")], Token);
        await ForgetAsync();
        await ForgetAsync("first thing");
        Assert.Equal("[forgotten], [forgotten], second thing", Assert.IsType<CallCompleted>((await _journal.ReadAsync("ses_a", 0, Token))[0]).Result?.ToString());
        Assert.True((await _journal.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public async Task Forget_SessionThatSomebodyWorksIn_StaysAndIsNamed()
    {
        await _journal.AppendAsync("ses_a", 0, [JournalFile.Saying(Secret)], Token);
        using (_journal.Claim("ses_a"))
        {
            var report = await ForgetAsync();
            Assert.Equal(("ses_a", 0, null), (Assert.Single(report.Busy), report.Events, report.IsGone));
        }

        Assert.True((await ForgetAsync()).IsGone);
    }

    [Fact]
    public async Task Forget_ATextThatOthersMayHold_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => ForgetAsync("at "));
        Assert.Contains("'at '", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forget_WhatAHostStillHasInMemory_IsNotSentToTheModelAgain()
    {
        var model = new ScriptedChatClient(Calls(("test-look", new { })), Says("Noted."));
        var host = new RunHost(_journal, model, TestTools.Create("look", ToolEffect.Read, () => Secret));
        var first = await host.StartAsync($"Remember that {Secret}");
        Assert.True((await ForgetAsync()).IsGone);

        await host.StartAsync("Hello", first.SessionId);

        // The first request of the second run, before the tool is asked again.
        var sent = string.Join('\n', model.Requests[2].SelectMany(static message => message.Contents).Select(static content => JsonSerializer.Serialize(content)));
        Assert.Contains("Remember that [forgotten]", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("Xylophone", sent, StringComparison.Ordinal);
        Assert.True((await _journal.VerifyAsync(null, Token)).IsSound);
    }

    [Fact]
    public async Task Replay_OfAForgottenRun_SaysWhyItDiffers()
    {
        var host = new RunHost(_journal, new ScriptedChatClient(Calls(("test-pay", new { to = Secret })), Says("Paid.")), TestTools.Create("pay", ToolEffect.Once, (string to) => "ok"));
        var run = await host.StartAsync("go");
        await ForgetAsync();

        var report = await new RunReplay(host, _journal).ReplayAsync(run.RunId, Token);

        Assert.Contains(report.Notes, note => note.Contains("Text was taken out of the recording ('mem_x', ordered by 'olga'", StringComparison.Ordinal));
    }

    private Task<ForgetReport> ForgetAsync(string text = Secret, bool dryRun = false) =>
        new JournalMaintenance(_journal).ForgetAsync(new ForgetRequest("mem_x", [text], "olga") { DryRun = dryRun }, Token);

    // On disk means in the bytes, not in what a query returns.
    private bool OnDisk(string text) => Directory.EnumerateFiles(_file.Directory, "journal.db*").Any(path =>
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    });
}
