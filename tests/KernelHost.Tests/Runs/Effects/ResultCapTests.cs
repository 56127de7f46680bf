using System.Text;
using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Effects;

public sealed class ResultCapTests : IDisposable
{
    private const int Cap = 1024;
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void Apply_UpToTheCap_LeavesResultsAlone()
    {
        var exact = new string('é', Cap / 2);
        var json = JsonElement.Parse($"\"{new string('x', Cap - 2)}\"");

        Assert.Equal((exact, null), ResultCap.Apply(exact, Cap, "1.1", canReadOn: true));
        Assert.Equal((null, null), ResultCap.Apply(null, Cap, "1.1", canReadOn: true));
        Assert.Equal(("", null), ResultCap.Apply("", Cap, "1.1", canReadOn: true));
        Assert.Null(ResultCap.Apply(json, Cap, "1.1", canReadOn: true).Full);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("語")]
    [InlineData("👩‍🚀")]
    public void Apply_AboveTheCap_CutsBetweenCharactersAndKeepsTheWhole(string character)
    {
        for (var odd = 0; odd < 4; odd++)
        {
            var text = new string('.', odd) + string.Concat(Enumerable.Repeat(character, Cap + 1));

            var (shown, full) = ResultCap.Apply(text, Cap, "2.1", canReadOn: true);

            var head = Assert.IsType<string>(shown).Split("\n[Cut by the host")[0];
            Assert.Same(text, full);
            Assert.StartsWith(head, text, StringComparison.Ordinal);
            Assert.InRange(Encoding.UTF8.GetByteCount(head), Cap - 3, Cap);
            Assert.Equal(head, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(head)));
            Assert.Contains($"call \"2.1\", offset {head.Length}", shown!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_ResultAboveTheCap_ModelReadsOnPieceByPieceUntilTheEnd()
    {
        var report = string.Concat(Enumerable.Range(0, 400).Select(line => $"line {line}: größer\n"));
        var read = new StringBuilder();
        ScriptedChatClient model = new(Calls(("test-report", null)), ReadOn(read));
        await using var disk = SqliteJournal.Open(_directory.Path);
        var host = Host(disk, model, () => report);

        var result = await host.StartAsync("read all of it");

        Assert.Equal((RunStatus.Completed, "Read."), (result.Status, result.Answer));
        Assert.Equal(report, read.ToString());
        Assert.DoesNotContain(model.Options[0]!.Tools!, tool => tool.Name == ResultReader.ModelName);
        Assert.Contains(model.Options[1]!.Tools!, tool => tool.Name == ResultReader.ModelName);
        var events = await host.EventsAsync(result.SessionId);
        Assert.Equal(report, events.OfType<CallCompleted>().First().FullResult?.ToString());
        Assert.All(events.OfType<CallCompleted>().Skip(1), completed => Assert.Null(completed.FullResult));
        Assert.Equal("default:reads", events.OfType<CallDecided>().Last().Rule);
        Assert.True((await disk.VerifyAsync(null, TestContext.Current.CancellationToken)).IsSound);
        Assert.Empty((await new RunReplay(host, disk).ReplayAsync(result.RunId, TestContext.Current.CancellationToken)).Differences);
    }

    [Fact]
    public async Task Replay_UnderAnotherCap_ShowsWhatTheModelReadThen()
    {
        await using var disk = new MemoryJournal();
        var result = await Host(disk, new ScriptedChatClient(Calls(("test-report", null)), Says("Done.")), () => new string('x', 5000)).StartAsync("go");

        var report = await new RunReplay(Host(disk, new ScriptedChatClient(Says("never asked")), () => "never called", cap: 2048), disk)
            .ReplayAsync(result.RunId, TestContext.Current.CancellationToken);

        Assert.Empty(report.Differences);
    }

    [Theory]
    [InlineData("9.9", 0, "No call '9.9' of this run has a result.")]
    [InlineData("1.1", 5000, "has 5000 characters; there is nothing at 5000")]
    public async Task Read_OfWhatIsNotThere_IsAnErrorTheModelReads(string call, int offset, string expected)
    {
        ScriptedChatClient model = new(Calls(("test-report", null)), Calls(("host-read_result", new { call, offset })), Says("Done."));
        await using var disk = new MemoryJournal();

        await Host(disk, model, () => new string('x', 5000)).StartAsync("go");

        Assert.Contains(expected, ResultOf(model.Requests[2]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_DeniedByPolicy_IsNotMade()
    {
        ScriptedChatClient model = new(Calls(("test-report", null)), Calls(("host-read_result", new { call = "1.1", offset = 0 })), Says("Done."));
        await using var disk = new MemoryJournal();
        var policy = PolicyDocument.Parse("""
            version: 1
            rules:
              - { id: no-more, decision: deny, tools: [host/read_result], reason: Enough. }
            """, "test.yaml");

        await Host(disk, model, () => new string('x', 5000), policy: policy).StartAsync("go");

        Assert.Contains("The policy denies this call (no-more)", ResultOf(model.Requests[2]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crash_AtAnyEvent_TheWholeResultIsReadAfterResuming()
    {
        var report = string.Concat(Enumerable.Range(0, 200).Select(line => $"line {line}\n"));
        for (var crash = 1; ; crash++)
        {
            await using var disk = new MemoryJournal();
            var journal = new CrashingJournal(disk, crash);
            try
            {
                await Host(journal, new ScriptedChatClient(Calls(("test-report", null)), ReadOn(new StringBuilder())), () => report).StartAsync("go");
                return;
            }
            catch (ProcessCrash)
            {
                var run = Assert.Single(await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));

                var result = await Host(disk, new ScriptedChatClient(Calls(("test-report", null)), ReadOn(new StringBuilder())), () => report).ResumeAsync(run.RunId);

                Assert.Equal((RunStatus.Completed, "Read."), (result.Status, result.Answer));
                var results = (await disk.ReadAsync(run.SessionId, afterSequence: 0, TestContext.Current.CancellationToken)).OfType<CallCompleted>().ToList();
                Assert.Equal(report, results[0].FullResult?.ToString());
                Assert.Equal(report, string.Concat(results.Select(completed => completed.Result!.ToString()!).Select(text => text[..text.LastIndexOf("\n[", StringComparison.Ordinal)])));
            }
        }
    }

    public void Dispose() => _directory.Dispose();

    // Does what the notes say, and puts together what it reads from the conversation alone.
    private static Func<IReadOnlyList<ChatMessage>, ChatResponse> ReadOn(StringBuilder read) => seen =>
    {
        read.Clear();
        foreach (var result in seen.SelectMany(message => message.Contents.OfType<FunctionResultContent>()).Select(content => content.Result!.ToString()!))
        {
            read.Append(result[..result.LastIndexOf("\n[", StringComparison.Ordinal)]);
        }

        return ResultOf(seen).EndsWith("[This is the end of the result.]", StringComparison.Ordinal)
            ? Says("Read.")(seen)
            : Calls(("host-read_result", new { call = "1.1", offset = read.Length }))(seen);
    };

    private static string ResultOf(IReadOnlyList<ChatMessage> seen) => seen[^1].Contents.OfType<FunctionResultContent>().Single().Result!.ToString()!;

    private static RunHost Host(JournalStore journal, ScriptedChatClient model, Func<string> report, int cap = Cap, PolicyDocument? policy = null) =>
        new(journal, model, TestTools.Create("report", ToolEffect.Read, report))
        {
            ToolLimits = new ToolLimits { ResultBytes = cap },
            Policy = policy ?? PolicyDocument.Default,
            Limits = new() { Steps = 100, ToolCalls = 100 },
        };
}
