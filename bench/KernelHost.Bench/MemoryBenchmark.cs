using System.Diagnostics;
using System.Globalization;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite;

namespace KernelHost.Bench;

/// <summary>
/// What the embedded memory costs against its bare parts: 100,000 chunks of 384 dimensions for vectors, hybrid search and ingestion, and a million chunks
/// for words alone (<c>--chunks N</c> makes both smaller, to try something out). One caller at a time, everything in the caches that a running host has.
/// </summary>
internal static class MemoryBenchmark
{
    private const int MostWithVectors = 100_000;
    private const int Dimensions = 384;
    private const int Batch = 1000;
    private const int Depth = 50;
    private const int Queries = 200;

    public static async Task<IReadOnlyList<Metric>> RunAsync(string[] args)
    {
        var at = Array.IndexOf(args, "--chunks");
        var many = at >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 1_000_000;
        var directory = Directory.CreateTempSubdirectory("kernelhost-bench-").FullName;
        try
        {
            return [.. await HybridAsync(directory, Math.Min(many, MostWithVectors)), .. await WordsAsync(directory, many)];
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Metric>> HybridAsync(string directory, int count)
    {
        var text = new SyntheticText();
        using var bare = new BareMemory(Path.Combine(directory, "bare.db"));
        await using var store = new SqliteRecordStore(Path.Combine(directory, "hybrid.db"));
        var collection = store.GetCollection("chunks");
        await collection.EnsureExistsAsync(Schema(isShared: false, withVector: true), NoProperties, CancellationToken.None);

        // In turn, batch by batch, so that both see the same machine.
        await WarmUpIngestAsync(directory);
        List<double> ours = [];
        List<double> theirs = [];
        for (var batch = 0; batch < count / Batch; batch++)
        {
            var (mine, other) = await IngestAsync(collection, bare, text, batch);
            ours.Add(mine);
            theirs.Add(other);
        }

        var ingest = new Metric("ingest_vs_bare_transaction", theirs.Sum() / ours.Sum(), "ratio", 0.8, Invariant(
            $"chunk + vector + FTS5 in one transaction of {Batch} (FULL): {count / theirs.Sum() * 1000:0} chunks/s; ours {count / ours.Sum() * 1000:0} chunks/s"), AtLeast: true);

        var vectors = await PairAsync(
            () => text.Vector(Dimensions),
            query => collection.SearchAsync(new RecordSearch { Vectors = [new("embedding", query)] }, CancellationToken.None),
            query => bare.Scan(query, 10));
        var hybrid = await PairAsync(
            () => (Question: text.Question(), Vector: text.Vector(Dimensions)),
            query => collection.SearchAsync(new RecordSearch { Keywords = new(query.Question) { Depth = Depth }, Vectors = [new("embedding", query.Vector) { Depth = Depth }] }, CancellationToken.None),
            query =>
            {
                bare.Words(query.Question, Depth);
                bare.Scan(query.Vector, Depth);
            });
        return
        [
            new Metric("vector_vs_bare_scan", vectors.Ratio, "ratio", 1.3, Invariant($"TensorPrimitives.Dot over {count} x {Dimensions}, top 10: {vectors.Theirs:0.00} ms; ours {vectors.Ours:0.00} ms")),
            new Metric("hybrid_vs_bare", hybrid.Ratio, "ratio", 1.3, Invariant($"FTS5 top {Depth} + scan top {Depth}, p50: {hybrid.Theirs:0.00} ms; ours, fused and read, {hybrid.Ours:0.00} ms")),
            ingest,
            new Metric("cache_mb", store.CachedBytes / 1048576d, "MB", null, Invariant($"the vectors alone: {(long)count * Dimensions * 4 / 1048576d:0} MB")),
        ];
    }

    // Ours is compiled while the host starts to use it, the other one mostly in SQLite long before. A host ingests more than its first megabytes.
    private static async Task WarmUpIngestAsync(string directory)
    {
        var text = new SyntheticText();
        using var bare = new BareMemory(Path.Combine(directory, "warm-bare.db"));
        await using var store = new SqliteRecordStore(Path.Combine(directory, "warm.db"));
        var collection = store.GetCollection("chunks");
        await collection.EnsureExistsAsync(Schema(isShared: false, withVector: true), NoProperties, CancellationToken.None);
        var batch = 0;
        await Interleaved.WarmUpAsync(() => IngestAsync(collection, bare, text, batch++));
    }

    private static async Task<(double Ours, double Theirs)> IngestAsync(RecordCollection collection, BareMemory bare, SyntheticText text, int batch)
    {
        (string Key, string Text, float[] Vector)[] chunks = [.. Enumerable.Range(batch * Batch, Batch).Select(i => ($"docs/file-{i / 20}.md#{i % 20}", text.Chunk(), text.Vector(Dimensions)))];
        var theirs = Measure(() => bare.Insert(chunks));
        Record[] records = [.. chunks.Select(static chunk => new Record(chunk.Key)
        {
            Fields = new Dictionary<string, object?> { ["text"] = chunk.Text, ["source"] = chunk.Key[..chunk.Key.IndexOf('#', StringComparison.Ordinal)] },
            Vectors = new Dictionary<string, ReadOnlyMemory<float>> { ["embedding"] = chunk.Vector },
        })];
        return (await MeasureAsync(() => collection.UpsertAsync(records, CancellationToken.None)), theirs);
    }

    private static async Task<IReadOnlyList<Metric>> WordsAsync(string directory, int many)
    {
        var text = new SyntheticText();
        var few = many / 100;
        var baseline = new PostingsBaseline(many);
        var schema = Schema(isShared: true, withVector: false);
        await using var store = new SqliteRecordStore(Path.Combine(directory, "words.db"));
        var collection = store.GetCollection("chunks");
        await collection.EnsureExistsAsync(schema, NoProperties, CancellationToken.None);

        // One tenant has all of the chunks that are counted, another one in a hundred beside them.
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < many + few;)
        {
            List<Record> records = [];
            for (var end = Math.Min(i + 5000, many + few); i < end; i++)
            {
                var isFew = i % 101 == 100;
                records.Add(new Record($"chunk-{i}") { Fields = new Dictionary<string, object?> { ["text"] = text.Chunk(), ["tenant"] = isFew ? "few" : "many" } });
                if (!isFew && baseline.Count < many)
                {
                    var (words, weights) = Bm25.WordsOf(schema, records[^1]);
                    baseline.Add(words, weights);
                }
            }

            await collection.UpsertAsync(records, CancellationToken.None);
        }

        var build = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Task SearchAsync(string question, string tenant) => collection.SearchAsync(new RecordSearch { Keywords = new(question), Tenant = tenant, Top = Depth }, CancellationToken.None);
        var all = await PairAsync(() => text.Question(), question => SearchAsync(question, "many"), question => baseline.Search(question, Depth));
        var tenant = await PairAsync(() => text.Question(), question => SearchAsync(question, "few"), static _ => { });
        return
        [
            new Metric("bm25_1m_tenant_ms", tenant.Ours, "ms", null, Invariant($"{few} chunks of {many + few}, p50 of {Queries} questions of 2 to 5 words, top {Depth}, with the records")),
            new Metric("bm25_1m_all_ms", all.Ours, "ms", null, Invariant($"{many} chunks, made with the baseline in {build:0} s")),
            new Metric("bm25_vs_postings", all.Ratio, "ratio", 5, Invariant($"postings in memory, p50: {all.Theirs:0.00} ms; ours {all.Ours:0.00} ms")),
        ];
    }

    private static IReadOnlyDictionary<string, string> NoProperties { get; } = new Dictionary<string, string>();

    private static RecordSchema Schema(bool isShared, bool withVector) => new()
    {
        Fields =
        [
            new("text", RecordFieldType.Text) { SearchWeight = 1 },
            new("source", RecordFieldType.Text) { IsIndexed = true },
            .. isShared ? [new RecordField("tenant", RecordFieldType.Text) { IsTenant = true }] : Array.Empty<RecordField>(),
        ],
        Vectors = withVector ? [new("embedding", Dimensions)] : [],
    };

    // The medians of both over the same queries in turn, in milliseconds, and their ratio.
    private static async Task<(double Ours, double Theirs, double Ratio)> PairAsync<TQuery>(Func<TQuery> next, Func<TQuery, Task> ours, Action<TQuery> theirs)
    {
        List<double> left = [];
        List<double> right = [];
        async Task AskAsync(int queries)
        {
            for (var i = 0; i < queries; i++)
            {
                var query = next();
                left.Add(await MeasureAsync(() => ours(query)));
                right.Add(Measure(() => theirs(query)));
            }
        }

        await Interleaved.WarmUpAsync(() => AskAsync(Queries / 4));
        left.Clear();
        right.Clear();
        await AskAsync(Queries);

        var (median, other) = (Interleaved.Median(left), Interleaved.Median(right));
        return (median, other, median / other);
    }

    private static double Measure(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task<double> MeasureAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
