using KernelHost.Memory;
using KernelHost.Memory.Conformance;
using KernelHost.Memory.Embeddings;
using KernelHost.Memory.Ingestion.Formats;
using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;
using KernelHost.Memory.Sqlite;
using Microsoft.Extensions.AI;
using Record = KernelHost.Memory.Records.Record;

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

    public string Cache => Path.Combine(_root, "data", "embeddings.db");

    internal ConceptGenerator Generator { get; } = new(["dog", "puppy"], ["cat", "kitten"], ["refund", "money"], ["ship", "parcel"]);

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static RetrievalScope Anna { get; } = RetrievalScope.Of("anna");

    /// <summary>Writes a document with a time stamp old enough to be relied on, different for each content length.</summary>
    public string Write(string path, string text)
    {
        var file = Path.Combine(Documents, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        File.SetLastWriteTimeUtc(file, new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(text.Length));
        return file;
    }

    public string Write(string path, byte[] bytes)
    {
        var file = Path.Combine(Documents, path);
        File.WriteAllBytes(file, bytes);
        File.SetLastWriteTimeUtc(file, new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(bytes.Length));
        return file;
    }

    internal RecordStore OpenRecords() => new SqliteRecordStore(Index, new SqliteRecordStoreOptions { BusyTimeout = TimeSpan.FromSeconds(1), SurvivesPowerCut = false });

    internal MemoryStore Open(
        bool isLexical = false, string model = "concepts-v1", int batchSize = 64, IEmbeddingGenerator<string, Embedding<float>>? generator = null, int? dimensions = null, DocumentFormats? formats = null, TimeProvider? clock = null)
    {
        generator ??= Generator;
        // As the host does it: what a hash gives is made again faster than it is looked up.
        var cached = isLexical ? generator : new EmbeddingCache(generator, Cache, model, dimensions);
        var embedding = new MemoryEmbedding(cached, model, isLexical) { BatchSize = batchSize, Dimensions = dimensions };
        return new MemoryStore(OpenRecords(), embedding, clock ?? TimeProvider.System, formats ?? DocumentFormats.Default);
    }

    internal IngestRequest Request(string pattern = "**/*") => new("docs", Documents, pattern);

    internal Task<IngestReport> IngestAsync(MemoryStore store, string pattern = "**/*") => store.IngestAsync(Request(pattern), cancellationToken: Cancellation);

    internal static Task<IReadOnlyList<Passage>> SearchAsync(MemoryStore store, string query, int top = 5) => store.SearchAsync("docs", query, Anna, top, Cancellation);

    internal static async Task<string[]> SourcesAsync(MemoryStore store, string query, int top = 5) =>
        [.. (await SearchAsync(store, query, top)).Select(passage => passage.Source)];

    internal static Task<SearchAnswer> ExplainAsync(MemoryStore store, string query) =>
        new DocumentSearch(store.Records, store.Embedding).SearchAsync("docs", query, Anna, new SearchOptions { Explain = true }, cancellationToken: Cancellation);

    /// <summary>All records of a kind, by key.</summary>
    internal async Task<IReadOnlyList<Record>> RecordsAsync(string kind, string collection = "docs")
    {
        using var records = OpenRecords();
        return await records.GetCollection(collection).ListAsync(
            new RecordListing { Filter = RecordFilter.Equal("kind", kind), Top = 100_000, IncludeVectors = true }, Cancellation);
    }

    internal static async Task<CollectionInfo> InfoAsync(MemoryStore store) => (await store.ListCollectionsAsync(Cancellation)).Single();

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
