using System.Diagnostics;
using System.Globalization;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Bench;

/// <summary>
/// What a durable append costs against the bare parts. Every figure is with <c>synchronous=FULL</c> (it survives a power cut) and with the
/// hash chain. The events are of about a kilobyte and belong to sessions of ordinary length.
/// </summary>
internal static class JournalBenchmark
{
    public const int EventBytes = 1024;
    private const int SessionLength = 200;
    private static readonly string Text = Convert.ToHexString(Enumerable.Range(0, 450).Select(i => (byte)(i * 37)).ToArray());

    public static async Task<IReadOnlyList<Metric>> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("kernelhost-bench-").FullName;
        try
        {
            return
            [
                await PerCommitAsync(Path.Combine(directory, "floor"), "append_p50_vs_fdatasync", writers: 1, percentile: 0.5, aim: 1.3),
                await PerCommitAsync(Path.Combine(directory, "many"), "p99_64_sessions_vs_fdatasync", writers: 64, percentile: 0.99, aim: 30),
                await OneWriterAsync(Path.Combine(directory, "one")),
                await GroupAsync(Path.Combine(directory, "group"), writers: 16),
                await DiskAsync(Path.Combine(directory, "disk")),
                .. await OpenBenchmark.RunAsync(Path.Combine(directory, "open")),
            ];
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // Ours and the floor in turn, a percentile of each turn, the median of the ratios.
    private static async Task<Metric> PerCommitAsync(string directory, string name, int writers, double percentile, double aim)
    {
        const int Turns = 15;
        Directory.CreateDirectory(directory);
        await using var journal = SqliteJournal.Open(directory);
        using var floor = new SyncedFile(directory);
        var sessions = new Sessions(journal, writers);
        List<double> ratios = [];
        List<double> ours = [];
        List<double> floors = [];
        async Task TurnAsync()
        {
            var mine = await sessions.AppendAsync(perWriter: writers == 1 ? 500 : 100);
            var bare = new List<double>();
            for (var i = 0; i < 500; i++)
            {
                var started = Stopwatch.GetTimestamp();
                floor.Append();
                bare.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }

            ours.Add(Percentile(mine, percentile));
            floors.Add(Percentile(bare, 0.5));
            ratios.Add(ours[^1] / floors[^1]);
        }

        await Interleaved.WarmUpAsync(TurnAsync);
        ours.Clear();
        floors.Clear();
        ratios.Clear();
        for (var turn = 0; turn < Turns; turn++)
        {
            await TurnAsync();
        }

        return new Metric(name, Interleaved.Median(ratios), "ratio", aim, string.Create(
            CultureInfo.InvariantCulture, $"append + fdatasync, p50: {Interleaved.Median(floors):0} us; ours p{percentile * 100:0} {Interleaved.Median(ours):0} us (FULL)"));
    }

    private static async Task<Metric> OneWriterAsync(string directory)
    {
        const int Appends = 500;
        Directory.CreateDirectory(directory);
        await using var journal = SqliteJournal.Open(directory);
        using var bare = new BareSqlite(directory);
        var sessions = new Sessions(journal, writers: 1);
        var sequence = 0L;
        var pair = await Interleaved.CompareAsync(
            () => sessions.AppendAsync(Appends),
            () =>
            {
                for (var i = 0; i < Appends; i++, sequence++)
                {
                    bare.Append([($"ses_{sequence / SessionLength}", sequence % SessionLength)]);
                }

                return Task.CompletedTask;
            },
            repeats: 1, Appends, Appends);
        return Throughput("append_vs_bare_sqlite", pair, "bare SQLite, one writer, a commit each");
    }

    private static async Task<Metric> GroupAsync(string directory, int writers)
    {
        const int PerWriter = 200;
        Directory.CreateDirectory(directory);
        await using var journal = SqliteJournal.Open(directory);
        using var sqlite = new BareSqlite(directory);
        await using var bare = new BareGroupCommit(sqlite);
        var sessions = new Sessions(journal, writers);
        var round = 0;

        async Task BareAsync()
        {
            round++;
            await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; i < PerWriter; i++)
                {
                    await bare.AppendAsync($"ses_{round}_{writer}", i);
                }
            })));
        }

        var pair = await Interleaved.CompareAsync(() => sessions.AppendAsync(PerWriter), BareAsync, repeats: 1, writers * PerWriter, writers * PerWriter);
        return Throughput("append_vs_bare_sqlite_16", pair, "bare SQLite, group commit by one thread, 16 writers");
    }

    private static async Task<Metric> DiskAsync(string directory)
    {
        const int Events = 10_000;
        var payload = 0L;
        await using (var journal = SqliteJournal.Open(directory))
        {
            for (var session = 0; session < Events / SessionLength; session++)
            {
                RunEvent[] events = [.. Enumerable.Range(0, SessionLength).Select(_ => Event())];
                payload += events.Sum(runEvent => (long)RunEventJson.Write(runEvent).Length);
                await journal.AppendAsync($"ses_{session}", 0, events, CancellationToken.None);
            }
        }

        var size = new FileInfo(Path.Combine(directory, "journal.db")).Length;
        return new Metric("bytes_per_event_overhead", size / (double)payload, "ratio", 1.5, string.Create(
            CultureInfo.InvariantCulture, $"payload: {payload / Events} bytes an event; on disk {size / Events}"));
    }

    private static CallCompleted Event() => new CallCompleted { RunId = "run_bench", CallId = "1.1", Result = Text, Time = DateTimeOffset.UnixEpoch };

    private static Metric Throughput(string name, Interleaved.Pair pair, string baseline) => new(
        name, 1 / pair.Ratio, "ratio", 0.8, string.Create(CultureInfo.InvariantCulture, $"{baseline}: {1e6 / pair.Baseline:0} events/s; ours {1e6 / pair.Ours:0} events/s (FULL)"), AtLeast: true);

    private static double Percentile(List<double> values, double percentile)
    {
        values.Sort();
        return values[Math.Min((int)(values.Count * percentile), values.Count - 1)];
    }

    /// <summary>Writers that append one event at a time, each to a session of its own, and begin another when it is full.</summary>
    private sealed class Sessions(SqliteJournal journal, int writers)
    {
        private readonly long[] _appended = new long[writers];

        /// <returns>Microseconds of each append.</returns>
        public async Task<List<double>> AppendAsync(int perWriter)
        {
            if (writers == 1)
            {
                return await WriteAsync(0, perWriter);
            }

            var all = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(writer, perWriter))));
            return [.. all.SelectMany(latencies => latencies)];
        }

        private async Task<List<double>> WriteAsync(int writer, int count)
        {
            List<double> latencies = new(count);
            for (var i = 0; i < count; i++)
            {
                var number = _appended[writer]++;
                RunEvent[] events = [Event()];
                var started = Stopwatch.GetTimestamp();
                await journal.AppendAsync($"ses_{writer}_{number / SessionLength}", number % SessionLength, events, CancellationToken.None);
                latencies.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }

            return latencies;
        }
    }
}
