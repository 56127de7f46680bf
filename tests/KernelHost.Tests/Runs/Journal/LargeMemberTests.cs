using System.Text.Json;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Tests.Runs.Journal;

public sealed class LargeMemberTests : IDisposable
{
    private readonly JournalFile _file = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Append_SameInstructionsManyTimes_AreStoredOnce()
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        var instructions = string.Concat(Enumerable.Repeat("Be kind, žluťoučký kůň. \u202E\0", 400));
        for (var i = 0; i < 20; i++)
        {
            await journal.AppendAsync($"ses_{i}", 0, [Started($"run_{i}", "hello", instructions)], Token);
        }

        var read = Assert.IsType<RunStarted>(Assert.Single(await journal.ReadAsync("ses_7", 0, Token)));
        Assert.Equal(("hello", instructions, "run_7"), (read.Request, read.Instructions, read.RunId));
        Assert.Equal(1, _file.Number("SELECT count(*) FROM contents"));
        Assert.True(_file.Number("SELECT sum(length(payload)) FROM events") < 20 * 400);
    }

    [Theory]
    [InlineData("""{"$content":"00","parts":{"result":"0"}}""")]
    [InlineData("""[1,2,{"a":null}]""")]
    [InlineData("""" "a \" string }" """")]
    public async Task Append_LargeResultsOfAnyShape_ComeBackAsTheyWere(string json)
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        var small = JsonElement.Parse(json);
        var large = JsonElement.Parse($$"""{"inner":{{json}},"much":"{{new string('y', 9000)}}"}""");
        await journal.AppendAsync("ses_1", 0, [Completed(small), Completed(large)], Token);

        var results = (await journal.ReadAsync("ses_1", 0, Token)).Cast<CallCompleted>().Select(completed => (JsonElement)completed.Result!).ToList();

        Assert.True(JsonElement.DeepEquals(small, results[0]));
        Assert.True(JsonElement.DeepEquals(large, results[1]));
        Assert.Equal(1, _file.Number("SELECT count(*) FROM contents"));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public async Task Append_ValueAroundTheThreshold_IsKeptApartOnlyAbove(int beyond, int contents)
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        var text = new string('z', LargeMembers.Threshold - 2 + beyond);
        await journal.AppendAsync("ses_1", 0, [JournalFile.Saying(text)], Token);

        Assert.Equal(text, ((CallCompleted)(await journal.ReadAsync("ses_1", 0, Token))[0]).Result?.ToString());
        Assert.Equal(contents, _file.Number("SELECT count(*) FROM contents"));
    }

    [Fact]
    public async Task Read_ContentWasChanged_IsRefusedWithItsEvent()
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        await journal.AppendAsync("ses_1", 0, [JournalFile.Saying("a"), JournalFile.Saying(new string('b', 5000))], Token);
        _file.Execute("UPDATE contents SET bytes = CAST('\"forged\"' AS BLOB)");

        var error = await Assert.ThrowsAsync<JournalException>(async () => await journal.ReadAsync("ses_1", 0, Token));

        Assert.Contains("event 2 of session 'ses_1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_LargeEvent_IsWholeAndHashed()
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        for (var i = 0; i < 300; i++)
        {
            await journal.AppendAsync("ses_1", i, [JournalFile.Saying(i == 299 ? new string('b', 5000) : "a")], Token);
        }

        await journal.AppendAsync("ses_2", 0, [new RunParked { RunId = "run_2" }], Token);
        List<JournalEntry> entries = [];
        await foreach (var entry in journal.ExportAsync(null, null, Token))
        {
            entries.Add(entry);
        }

        Assert.Equal(301, entries.Count);
        Assert.Equal(new string('b', 5000), JsonElement.Parse(entries[299].Json.Span).GetProperty("result").GetString());
        Assert.Equal((await journal.VerifyAsync(null, Token)).Sessions.Select(head => head.Hash), [entries[299].Hash, entries[300].Hash]);
        Assert.Equal(("ses_2", 1L, "run-parked", 1), (entries[300].SessionId, entries[300].Sequence, entries[300].Type, entries[300].Version));
    }

    private static CallCompleted Completed(object result) => new() { RunId = "run_1", CallId = "1.1", Result = result };

    private static RunStarted Started(string run, string request, string instructions) => new()
    {
        RunId = run, Agent = "a", Principal = "p", Request = request, Instructions = instructions, PolicyVersion = "1",
    };
}
