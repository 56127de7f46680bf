namespace KernelHost.Bench;

/// <summary>The benchmarks by name.</summary>
internal static class Benchmarks
{
    /// <summary>The name under which this program does nothing, as the baseline of a start.</summary>
    public const string Nothing = "nothing";

    /// <summary>The name under which this program is the server that the qdrant benchmark sends to.</summary>
    public const string QdrantSink = "qdrant-sink";

    private static readonly Dictionary<string, Func<string[], Task<IReadOnlyList<Metric>>>> All = new(StringComparer.Ordinal)
    {
        ["loop"] = args => args.Contains("--durable") ? DurableLoopBenchmark.RunAsync() : LoopBenchmark.RunAsync(),
        ["gate"] = _ => GateBenchmark.RunAsync(),
        ["journal"] = _ => JournalBenchmark.RunAsync(),
        ["crash"] = CrashBenchmark.RunAsync,
        ["memory"] = MemoryBenchmark.RunAsync,
        ["start"] = _ => StartBenchmark.RunAsync(),
        ["quality"] = _ => QualityBenchmark.RunAsync(),
        ["qdrant"] = _ => QdrantBenchmark.RunAsync(),
    };

    public static IEnumerable<string> Names => All.Keys;

    public static Func<string[], Task<IReadOnlyList<Metric>>>? Find(string name) => All.GetValueOrDefault(name);
}
