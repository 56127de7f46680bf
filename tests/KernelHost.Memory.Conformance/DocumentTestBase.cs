using KernelHost.Memory.Retrieval;

namespace KernelHost.Memory.Conformance;

/// <summary>A store, and a directory with documents to put into it.</summary>
public abstract class DocumentTestBase : RecordStoreTestBase
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kernelhost-documents-").FullName;

    /// <summary>Knows dogs, cats and parcels.</summary>
    protected ConceptGenerator Concepts { get; } = new(["dog", "puppy"], ["cat", "kitten"], ["ship", "parcel"]);

    /// <summary>The memory of documents over <see cref="RecordStoreTestBase.Store"/>, which closes it.</summary>
    protected MemoryStore Memory => field ??= new MemoryStore(Store, Embedding);

    /// <summary>A model by <see cref="Concepts"/>.</summary>
    protected MemoryEmbedding Embedding => field ??= new MemoryEmbedding(Concepts, "concepts-v1", isLexical: false);

    /// <summary>Somebody without groups and tenant.</summary>
    protected static RetrievalScope Anna { get; } = RetrievalScope.Of("anna");

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Concepts.Dispose();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a document with a time stamp old enough to be relied on, different for each length.</summary>
    protected void Write(string path, string text) => Write(path, text, new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(text.Length));

    /// <summary>Writes a document that was last changed then.</summary>
    protected void Write(string path, string text, DateTime time)
    {
        var file = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        File.SetLastWriteTimeUtc(file, time);
    }

    /// <summary>Deletes a document.</summary>
    protected void Delete(string path) => File.Delete(PathOf(path));

    /// <summary>All documents below a directory.</summary>
    protected IngestRequest Request(string collection = "docs", string directory = ".") => new(collection, PathOf(directory), "**/*");

    /// <summary>Puts all documents into the collection <c>docs</c>.</summary>
    protected Task<IngestReport> IngestAsync() => Memory.IngestAsync(Request(), cancellationToken: Cancellation);

    /// <summary>The sources of what is found, best first.</summary>
    protected async Task<string[]> SourcesAsync(string query, RetrievalScope? scope = null, RetrievalFilter? filter = null) =>
        [.. (await Memory.Search.SearchAsync("docs", query, scope ?? Anna, new SearchOptions { Filter = filter ?? new() }, cancellationToken: Cancellation)).Passages.Select(static passage => passage.Source)];

    private string PathOf(string path) => Path.GetFullPath(Path.Combine(_directory, path));
}
