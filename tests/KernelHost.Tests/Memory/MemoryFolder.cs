using KernelHost.Memory;

namespace KernelHost.Tests.Memory;

/// <summary>A directory with documents and the path of an index, both gone after the test.</summary>
public sealed class MemoryFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("kernelhost-memory-").FullName;

    public MemoryFolder()
    {
        Directory.CreateDirectory(Documents);
    }

    public string Documents => Path.Combine(_root, "documents");

    public string Index => Path.Combine(_root, "data", "memory.db");

    internal ConceptGenerator Generator { get; } = new(["dog", "puppy"], ["cat", "kitten"], ["refund", "money"], ["ship", "parcel"]);

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Writes a document with a time stamp old enough to be relied on, different for each content length.</summary>
    public string Write(string path, string text)
    {
        var file = Path.Combine(Documents, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        File.SetLastWriteTimeUtc(file, new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(text.Length));
        return file;
    }

    internal MemoryStore Open(bool isLexical = false, string model = "concepts-v1", int batchSize = 64, ConceptGenerator? generator = null) =>
        new(Index, new MemoryEmbedding(generator ?? Generator, model, isLexical) { BatchSize = batchSize }, TimeSpan.FromSeconds(1));

    internal Task<IngestReport> IngestAsync(MemoryStore store, string pattern = "**/*") =>
        store.IngestAsync("docs", Documents, pattern, cancellationToken: Cancellation);

    internal static async Task<string[]> SourcesAsync(MemoryStore store, string query, int top = 5) =>
        [.. (await store.SearchAsync("docs", query, top, Cancellation)).Select(passage => passage.Source)];

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
