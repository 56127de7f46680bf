using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KernelHost.Memory;
using KernelHost.Memory.Conformance;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Ingestion;
using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;
using KernelHost.Memory.Sqlite;
using KernelHost.Models.Offline;
using Record = KernelHost.Memory.Records.Record;

namespace KernelHost.Tests.Memory.Retrieval;

/// <summary>A collection of documents in a store of the test's own.</summary>
internal sealed class DocumentHouse : IDisposable
{
    public const string Collection = "docs";

    private readonly TemporaryDirectory? _directory;

    /// <param name="embedding">The model; the offline one when it is <see langword="null"/>.</param>
    /// <param name="isShared">Whether tenants share the collection.</param>
    /// <param name="isEmbedded">Whether the store is the embedded one, in a file, rather than the reference.</param>
    public DocumentHouse(MemoryEmbedding? embedding = null, bool isShared = false, bool isEmbedded = false)
    {
        _directory = isEmbedded ? new TemporaryDirectory() : null;
        Store = _directory is null ? new ReferenceRecordStore() : new SqliteRecordStore(Path.Combine(_directory.Path, "memory.db"), new SqliteRecordStoreOptions { SurvivesPowerCut = false });
        Embedding = embedding ?? new MemoryEmbedding(new HashingEmbeddingGenerator(), HashingEmbeddingGenerator.ModelId, isLexical: true);
        IsShared = isShared;
        Search = new DocumentSearch(Store, Embedding);
    }

    public RecordStore Store { get; }

    public MemoryEmbedding Embedding { get; }

    public bool IsShared { get; }

    public DocumentSearch Search { get; }

    public RecordCollection Records => Store.GetCollection(Collection);

    public static RetrievalScope Anyone { get; } = RetrievalScope.Of("anyone");

    public async Task AddAsync(params IReadOnlyList<HouseDocument> documents)
    {
        var chunks = documents.SelectMany(static document => document.Chunks()).ToList();
        var vectors = await Embedder.EmbedAsync(Embedding, [.. chunks.Select(static chunk => chunk.Chunk.TextToEmbed)], "test", TestContext.Current.CancellationToken);
        var schema = DocumentSchema.Create(vectors[0].Length, IsShared);
        await Records.EnsureExistsAsync(schema, new Dictionary<string, string> { [DocumentSchema.ModelProperty] = Embedding.Id }, TestContext.Current.CancellationToken);
        await Records.UpsertAsync([.. chunks.Select((chunk, i) => chunk.Document.Record(chunk.Chunk, chunk.Ordinal, vectors[i]))], TestContext.Current.CancellationToken);
        await Records.UpsertAsync([.. documents.SelectMany(static document => document.Sections())], TestContext.Current.CancellationToken);
    }

    public async Task<SearchAnswer> FindAsync(string query, RetrievalScope? scope = null, SearchOptions? options = null, Reranker? reranker = null) =>
        await Search.SearchAsync(Collection, query, scope ?? Anyone, options ?? new SearchOptions(), reranker, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<string>> SourcesAsync(string query, RetrievalScope? scope = null, SearchOptions? options = null) =>
        [.. (await FindAsync(query, scope, options)).Passages.Select(static passage => passage.Source)];

    public void Dispose()
    {
        Store.Dispose();
        _directory?.Dispose();
    }
}

/// <summary>A document as an ingestion would write it.</summary>
internal sealed record HouseDocument(string Source, string Text)
{
    public string? Tenant { get; init; }

    public IReadOnlyList<string>? Readers { get; init; }

    public DateTimeOffset? Time { get; init; }

    public string? Integrity { get; init; }

    /// <summary>Whether chunks are cut smaller than the sections that are shown.</summary>
    public bool KeepsSections { get; init; }

    public string Version { get; init; } = "v1";

    public IEnumerable<(HouseDocument Document, Chunk Chunk, int Ordinal)> Chunks() => (!KeepsSections ? Parts() : Parts()
        .SelectMany(static part => part.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.StartsWith('#')).Select(line => part with { Text = line })))
        .Select((chunk, i) => (this, chunk, i));

    public IEnumerable<Record> Sections() => !KeepsSections ? [] : Parts().Select(part => new Record(SectionKey(part))
    {
        Fields = Labels(DocumentSchema.SectionKind, new() { [DocumentSchema.Section] = part.Section, [DocumentSchema.Content] = part.Text }),
    });

    // Enough of Markdown for a test: a title, and sections of the second level.
    private IEnumerable<Chunk> Parts()
    {
        var title = Text.StartsWith("# ", StringComparison.Ordinal) ? Text[2..].Split('\n')[0] : null;
        return (title is null ? Text : Text[(title.Length + 2)..]).Split("\n## ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => title is null ? new Chunk(null, null, part) : new Chunk(title, part.Split('\n')[0], $"## {part}"));
    }

    public Record Record(Chunk chunk, int ordinal, float[] vector) => new(string.Create(CultureInfo.InvariantCulture, $"{Tenant}|{Source}#{ordinal}"))
    {
        Fields = Labels(DocumentSchema.ChunkKind, new()
        {
            [DocumentSchema.Title] = chunk.Title,
            [DocumentSchema.Section] = chunk.Section,
            [DocumentSchema.Text] = chunk.Text,
            [DocumentSchema.Ordinal] = (long)ordinal,
            [DocumentSchema.Hash] = chunk.Hash,
            [DocumentSchema.Parent] = KeepsSections ? SectionKey(chunk) : null,
        }),
        Vectors = new Dictionary<string, ReadOnlyMemory<float>> { [DocumentSchema.Vector] = vector },
    };

    private string SectionKey(Chunk chunk) => $"{Tenant}|{Source}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(chunk.Section ?? "")))}";

    private Dictionary<string, object?> Labels(string kind, Dictionary<string, object?> fields)
    {
        fields[DocumentSchema.Kind] = kind;
        fields[DocumentSchema.Source] = Source;
        fields[DocumentSchema.Folders] = DocumentSchema.FoldersOf(Source);
        fields[DocumentSchema.Version] = Version;
        fields[DocumentSchema.Ingester] = "host";
        fields[DocumentSchema.Time] = Time;
        fields[DocumentSchema.Integrity] = Integrity;
        fields[DocumentSchema.Readers] = Readers?.Cast<object?>().ToList();
        if (Tenant is not null)
        {
            fields[DocumentSchema.Tenant] = Tenant;
        }

        return fields;
    }
}
