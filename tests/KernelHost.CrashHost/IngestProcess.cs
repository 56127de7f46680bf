using KernelHost.Memory;
using KernelHost.Memory.Embeddings;
using KernelHost.Memory.Sqlite;

namespace KernelHost.CrashHost;

/// <summary>One ingestion, which stands still at a named point and waits there to be killed. What it embeds it says on standard output.</summary>
/// <param name="home">The directory with <c>documents</c>, the memory and the cache.</param>
/// <param name="model">The id of the model.</param>
/// <param name="point">Where to stand still; <c>none</c> to go on to the end.</param>
public sealed class IngestProcess(string home, string model, string point)
{
    public const string Collection = "docs";

    /// <summary>How many chunks are embedded at once.</summary>
    public const int BatchSize = 2;

    public async Task RunAsync()
    {
        await using var memory = Open(home, model, this);
        var report = await memory.IngestAsync(
            new IngestRequest(Collection, Path.Combine(home, "documents"), "*.md") { Reembed = true },
            new FileProgress(this));
        Say($"done {report.EmbeddedChunks}");
    }

    /// <summary>The memory of the directory.</summary>
    /// <param name="home">The directory.</param>
    /// <param name="model">The id of the model.</param>
    /// <param name="process">Who is told of every step; <see langword="null"/> for a reader.</param>
    public static MemoryStore Open(string home, string model, IngestProcess? process = null)
    {
        var cache = new EmbeddingCache(new LetterGenerator(process), Path.Combine(home, "embeddings.db"), model);
        var store = new SqliteRecordStore(Path.Combine(home, "memory.db"));
        return new MemoryStore(process is null ? store : new WatchedStore(store, process), new MemoryEmbedding(cache, model, isLexical: false) { BatchSize = BatchSize });
    }

    /// <summary>Says where it is, and stands still there if that is the point.</summary>
    internal void Reach(string here)
    {
        if (here == point)
        {
            Say($"at {here}");
            Thread.Sleep(Timeout.Infinite);
        }
    }

    internal static void Say(string line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }

    private sealed class FileProgress(IngestProcess process) : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value) => process.Reach($"file {value.Documents}");
    }
}
