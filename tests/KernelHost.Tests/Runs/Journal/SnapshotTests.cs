using System.Text.Json;
using KernelHost.Agents;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Journal;

public sealed class SnapshotTests : IDisposable
{
    private readonly JournalFile _file = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData("format-1.db")]
    [InlineData("format-2.db")]
    [InlineData("format-3.db")]
    public async Task Open_FromASnapshotAtAnyEventOfARecordedJournal_IsTheFoldFromTheStart(string name)
    {
        using var file = JournalFile.CopyOf(name);
        await using var journal = SqliteJournal.Open(file.Directory);
        var runs = await journal.ListRunsAsync(new RunFilter(), Token);
        Assert.NotEmpty(runs);
        foreach (var run in runs)
        {
            SnapshotLaw.Check(run.SessionId, await journal.ReadAsync(run.SessionId, 0, Token));
        }
    }

    [Fact]
    public async Task Open_LongSession_ReadsOnlyWhatFollowsItsSnapshotAndTheConversationWhenItIsNeeded()
    {
        var sessionId = await RecordAsync(rounds: 80);
        await using var journal = SqliteJournal.Open(_file.Directory);
        List<long> reads = [];
        var watched = new WatchedJournal(journal, reads.Add);

        var cache = new SessionCache(watched);
        var state = await cache.OpenAsync(sessionId, Token);
        Assert.False(state.HasConversation);
        Assert.Throws<InvalidOperationException>(() => state.Messages);
        Assert.Equal([state.Sequence], reads);
        Assert.Equal(80, state.Run!.ToolCalls);

        await cache.LoadConversationAsync(state, Token);
        Assert.Equal([state.Sequence, 0L], reads);
        var whole = await FoldAsync(journal, sessionId);
        Assert.Equal(Conversation(whole), Conversation(state));
        Assert.Equal(SnapshotLaw.Text(whole), SnapshotLaw.Text(state));
    }

    [Fact]
    public async Task Start_InASessionOpenedFromItsSnapshot_TheModelSeesTheWholeConversation()
    {
        var sessionId = await RecordAsync(rounds: 80);
        await using var journal = SqliteJournal.Open(_file.Directory);
        var model = new ScriptedChatClient(Says("As I said."));

        var result = await new RunHost(journal, model).StartAsync("what did you say?", sessionId);

        Assert.Equal("As I said.", result.Answer);
        // Instructions, request, a call and its result each round, the answer, and the new request.
        Assert.Equal(1 + 1 + 160 + 1 + 1, Assert.Single(model.Requests).Count);
        Assert.Equal("what did you say?", model.Requests[0][^1].Text);
    }

    [Theory]
    [InlineData("UPDATE snapshots SET state = CAST('{}' AS BLOB)")]
    [InlineData("UPDATE snapshots SET state = zeroblob(10)")]
    [InlineData("UPDATE snapshots SET seal = zeroblob(32)")]
    [InlineData("UPDATE snapshots SET seq = seq - 1")]
    [InlineData("UPDATE snapshots SET seq = 100000")]
    [InlineData("UPDATE events SET hash = zeroblob(32) WHERE seq = (SELECT seq FROM snapshots)")]
    [InlineData("DELETE FROM snapshots")]
    public async Task Open_SnapshotThatDoesNotFitTheHistory_FoldsTheEvents(string damage)
    {
        var sessionId = await RecordAsync(rounds: 80);
        _file.Execute(damage);
        await using var journal = SqliteJournal.Open(_file.Directory);

        var state = await new SessionCache(journal).OpenAsync(sessionId, Token);

        Assert.True(state.HasConversation);
        Assert.Equal(SnapshotLaw.Text(await FoldAsync(journal, sessionId)), SnapshotLaw.Text(state));
    }

    [Fact]
    public async Task Return_WhileOthersAppend_SnapshotGoesWithTheNextCommit()
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        var host = Host(journal, rounds: 80);
        await host.StartAsync("go");
        Assert.Equal(0, _file.Number("SELECT count(*) FROM snapshots"));

        await journal.AppendAsync("ses_other", 0, [JournalFile.Saying("x")], Token);
        Assert.Equal(1, _file.Number("SELECT count(*) FROM snapshots"));
    }

    [Fact]
    public async Task Return_ShortSession_KeepsNoSnapshot()
    {
        await RecordAsync(rounds: 5);
        Assert.Equal(0, _file.Number("SELECT count(*) FROM snapshots"));
    }

    private static RunHost Host(JournalStore journal, int rounds)
    {
        var replies = Enumerable.Repeat(Calls(("test-read", new { })), rounds).Append(Says("Done.")).ToArray();
        return new RunHost(journal, new ScriptedChatClient(replies), TestTools.Create("read", ToolEffect.Read, () => "text"))
        {
            Limits = new AgentLimits { Steps = 1000, ToolCalls = 1000 },
        };
    }

    private static async Task<SessionState> FoldAsync(JournalStore journal, string sessionId)
    {
        var state = new SessionState(sessionId);
        foreach (var runEvent in await journal.ReadAsync(sessionId, 0, Token))
        {
            state.Apply(runEvent);
        }

        return state;
    }

    private static string Conversation(SessionState state) => JsonSerializer.Serialize(state.Messages, AIJsonUtilities.DefaultOptions);

    private async Task<string> RecordAsync(int rounds)
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        return (await Host(journal, rounds).StartAsync("go")).SessionId;
    }

    private sealed class WatchedJournal(JournalStore disk, Action<long> onRead) : DelegatingJournalStore(disk)
    {
        public override ValueTask<IReadOnlyList<RunEvent>> ReadAsync(string sessionId, long afterSequence, CancellationToken cancellationToken)
        {
            onRead(afterSequence);
            return base.ReadAsync(sessionId, afterSequence, cancellationToken);
        }
    }
}
