using System.Globalization;
using System.Text.Json;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.Win32.SafeHandles;

namespace KernelHost.Bench;

/// <summary><c>loop --durable</c>: the same loop with its journal on disk. Every figure survives a power cut (<c>synchronous=FULL</c>). A tool returns a kilobyte.</summary>
internal static class DurableLoopBenchmark
{
    public static async Task<IReadOnlyList<Metric>> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("kernelhost-bench-").FullName;
        try
        {
            return
            [
                await RoundVsBareAsync(Below(directory, "round")),
                await GrowthAsync(Below(directory, "growth")),
                await TurnVsSkAsync(Below(directory, "turn")),
                .. await DiskAsync(Below(directory, "few"), Below(directory, "many")),
            ];
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // A turn of fifty rounds has a commit before each model call and one at the end. The floor writes as many bytes as many times.
    private static async Task<Metric> RoundVsBareAsync(string directory)
    {
        const int Rounds = 50;
        const int Commits = Rounds + 2;
        await using var journal = SqliteJournal.Open(directory);
        var turn = Turns(journal, Rounds);
        var session = (await turn()).SessionId;
        var bytes = Payload(await journal.ReadAsync(session, 0, CancellationToken.None));
        using var floor = File.OpenHandle(Path.Combine(directory, "floor"), FileMode.Create, FileAccess.Write);
        var commit = new byte[bytes / Commits];
        var length = 0L;
        var pair = await Interleaved.CompareAsync(
            turn,
            () =>
            {
                for (var i = 0; i < Commits; i++, length += commit.Length)
                {
                    Sync(floor, commit, length);
                }

                return Task.CompletedTask;
            },
            repeats: 4, Rounds, Rounds);
        return Ratio("round_vs_bare_fsync", pair, 1.25, $"append + fdatasync of {commit.Length} bytes, per round");
    }

    private static async Task<Metric> GrowthAsync(string directory)
    {
        const int Many = 1000;
        const int Few = 10;
        await using var journal = SqliteJournal.Open(directory);
        var many = Turns(journal, Many);
        var few = Turns(journal, Few);
        var pair = await Interleaved.CompareAsync(
            many,
            async () =>
            {
                for (var i = 0; i < Many / Few; i++)
                {
                    await few();
                }
            },
            repeats: 1, Many, Many, samples: 9);
        return Ratio("growth", pair, 1.3, "our own durable loop at 10 rounds, per round");
    }

    private static async Task<Metric> TurnVsSkAsync(string directory)
    {
        const int History = 1000;
        await using var journal = SqliteJournal.Open(directory);
        var session = (await Turns(journal, History)()).SessionId;
        var engine = new LoopHost(new ScriptedModel("text", 1), LoopHost.Text).Open(journal);
        var history = SkHistory(History);
        var path = Path.Combine(directory, "sk.json");
        var pair = await Interleaved.CompareAsync(
            () => engine.StartAsync(new RunRequest("bench", "again", "me") { SessionId = session }),
            () =>
            {
                history.Add(new ChatMessageContent(AuthorRole.User, "again"));
                using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
                Sync(file, JsonSerializer.SerializeToUtf8Bytes(history), 0);
                return Task.CompletedTask;
            },
            repeats: 10);
        return Ratio("turn_vs_sk_session", pair, 0.3, "an SK ChatHistory of 1,000 rounds serialised and written with fsync");
    }

    // The payload is the events as JSON: what there is to say. The rest is keys, hashes, indexes, lists and unused space.
    private static async Task<IReadOnlyList<Metric>> DiskAsync(string few, string many)
    {
        var small = await DiskAsync(few, rounds: 10, sessions: 100);
        var large = await DiskAsync(many, rounds: 1000, sessions: 1);
        var baseline = string.Create(CultureInfo.InvariantCulture, $"at 10 rounds {small.PerRound:0} bytes a round on disk ({small.Ratio:0.00} of the payload); at 1,000 {large.PerRound:0} ({large.Ratio:0.00})");
        return
        [
            new Metric("disk_vs_payload", Math.Max(small.Ratio, large.Ratio), "ratio", 1.6, baseline),
            new Metric("disk_growth", large.Ratio / small.Ratio, "ratio", 1.05, baseline),
        ];
    }

    private static async Task<(double Ratio, double PerRound)> DiskAsync(string directory, int rounds, int sessions)
    {
        var payload = 0L;
        await using (var journal = SqliteJournal.Open(directory))
        {
            var turn = Turns(journal, rounds);
            for (var i = 0; i < sessions; i++)
            {
                payload += Payload(await journal.ReadAsync((await turn()).SessionId, 0, CancellationToken.None));
            }
        }

        var size = new FileInfo(Path.Combine(directory, "journal.db")).Length;
        return (size / (double)payload, size / (double)(rounds * sessions));
    }

    private static Func<Task<RunResult>> Turns(SqliteJournal journal, int rounds)
    {
        var engine = new LoopHost(new ScriptedModel("text", rounds), LoopHost.Text).Open(journal);
        return () => engine.StartAsync(new RunRequest("bench", "go", "me"));
    }

    private static ChatHistory SkHistory(int rounds)
    {
        var history = new ChatHistory("go");
        var arguments = new KernelArguments { ["a"] = "2", ["b"] = "3" };
        for (var i = 0; i < rounds; i++)
        {
            var call = new FunctionCallContent("text", "bench", $"call{i}", arguments);
            history.Add(new ChatMessageContent(AuthorRole.Assistant, [call]));
            history.Add(new ChatMessageContent(AuthorRole.Tool, [new FunctionResultContent(call, LoopHost.Kilobyte)]));
        }

        return history;
    }

    private static long Payload(IReadOnlyList<RunEvent> events) => events.Sum(runEvent => (long)RunEventJson.Write(runEvent).Length);

    private static void Sync(SafeFileHandle file, byte[] bytes, long offset)
    {
        RandomAccess.Write(file, bytes, offset);
        RandomAccess.FlushToDisk(file);
    }

    private static string Below(string directory, string name) => Directory.CreateDirectory(Path.Combine(directory, name)).FullName;

    private static Metric Ratio(string name, Interleaved.Pair pair, double aim, string baseline) => new(
        name, pair.Ratio, "ratio", aim, string.Create(CultureInfo.InvariantCulture, $"{baseline}: {pair.Baseline:0} us; ours {pair.Ours:0} us (FULL)"));
}
