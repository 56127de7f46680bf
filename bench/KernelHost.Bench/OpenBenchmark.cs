using System.Globalization;
using KernelHost.Runs;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;

namespace KernelHost.Bench;

/// <summary>
/// What it takes to open a session that is not in memory: from its snapshot, and with a hundred events since. The conversation, which
/// only a run that asks the model needs, is measured by itself; it is as long as the history.
/// </summary>
internal static class OpenBenchmark
{
    private const int EventsPerRound = 4;

    public static async Task<IReadOnlyList<Metric>> RunAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        var small = await RecordAsync(directory, events: 1000);
        var large = await RecordAsync(directory, events: 10_000);
        await using var reopened = SqliteJournal.Open(directory);
        var open = await Interleaved.CompareAsync(() => OpenAsync(reopened, large), () => OpenAsync(reopened, small), repeats: 20);
        var whole = await Interleaved.CompareAsync(() => OpenWholeAsync(reopened, large), () => OpenWholeAsync(reopened, small), repeats: 2);
        return
        [
            new Metric("open_10000_events_ms", open.Ours / 1000, "ms", 50, Describe(whole, "with the whole conversation")),
            new Metric("open_growth", open.Ratio, "ratio", 1.5, Describe(open, "without the conversation")),
        ];
    }

    private static string Describe(Interleaved.Pair pair, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{what}: 1,000 events {pair.Baseline / 1000:0.00} ms, 10,000 events {pair.Ours / 1000:0.00} ms");

    private static async Task OpenAsync(SqliteJournal journal, string sessionId)
    {
        var state = await new SessionCache(journal).OpenAsync(sessionId, CancellationToken.None);
        if (state.HasConversation)
        {
            throw new InvalidOperationException("The session has no snapshot that can be used.");
        }
    }

    private static async Task OpenWholeAsync(SqliteJournal journal, string sessionId)
    {
        var cache = new SessionCache(journal);
        await cache.LoadConversationAsync(await cache.OpenAsync(sessionId, CancellationToken.None), CancellationToken.None);
    }

    // A long run, which leaves a snapshot when the file is closed, and one of a hundred events after it, which leaves none.
    private static async Task<string> RecordAsync(string directory, int events)
    {
        var session = await RunAsync(directory, events, sessionId: null);
        return await RunAsync(directory, events: 100, session);
    }

    private static async Task<string> RunAsync(string directory, int events, string? sessionId)
    {
        await using var journal = SqliteJournal.Open(directory);
        var engine = new LoopHost(new ScriptedModel("text", events / EventsPerRound), LoopHost.Text).Open(journal);
        return (await engine.StartAsync(new RunRequest("bench", "go", "me") { SessionId = sessionId })).SessionId;
    }
}
