using KernelHost.Memory.Records;

namespace KernelHost.Memory.Documents;

/// <summary>
/// The records of a collection of documents: the chunks that are searched, the sections that they were cut from, and one record per document that
/// remembers what was ingested. Only chunks have words and vectors, so that a search finds nothing else.
/// </summary>
internal static class DocumentSchema
{
    /// <summary><see cref="ChunkKind"/>, <see cref="SectionKind"/> or <see cref="DocumentKind"/>.</summary>
    public const string Kind = "kind";
    public const string ChunkKind = "chunk";
    public const string SectionKind = "section";
    public const string DocumentKind = "document";

    /// <summary>The tenant, in collections that several share.</summary>
    public const string Tenant = "tenant";

    /// <summary>Who may see it: principals and groups. Without a value, everybody who may search the collection.</summary>
    public const string Readers = "readers";

    /// <summary>The document: its path in the collection, or an absolute URI.</summary>
    public const string Source = "source";

    /// <summary>What the source lies below, outermost first (<see cref="FoldersOf"/>): filters compare whole values, so that a folder is found by its name and not by a prefix.</summary>
    public const string Folders = "folders";
    public const string Title = "title";
    public const string Section = "section";

    /// <summary>The text of a chunk, word for word.</summary>
    public const string Text = "text";

    /// <summary>The place of a chunk in its document, from 0.</summary>
    public const string Ordinal = "ordinal";

    /// <summary>The page that a chunk begins on, from 1, where the format has pages.</summary>
    public const string Page = "page";

    /// <summary>The SHA-256 of what a chunk was embedded from (title, section, text), in lower-case hex.</summary>
    public const string Hash = "hash";

    /// <summary>The SHA-256 of the document's bytes, in lower-case hex: the version that a citation names.</summary>
    public const string Version = "version";

    /// <summary>The key of the section record that a chunk was cut from, where chunks are smaller than what is shown.</summary>
    public const string Parent = "parent";

    /// <summary>The whole text of a section; it is shown, not searched.</summary>
    public const string Content = "content";

    /// <summary>When the document was last changed.</summary>
    public const string Time = "time";

    /// <summary>How far the text is trusted: <c>trusted</c>, <c>typed</c> or <c>untrusted</c>.</summary>
    public const string Integrity = "integrity";

    /// <summary>Who ingested it: <c>plugin@version</c> of the plugin that brought it, or <c>host</c>.</summary>
    public const string Ingester = "ingester";

    /// <summary>What is known of a document, as JSON; its owner is the ingestion.</summary>
    public const string State = "state";

    /// <summary>The name of the vector of a chunk.</summary>
    public const string Vector = "embedding";

    /// <summary>The property of a collection that holds the id of the model of its vectors.</summary>
    public const string ModelProperty = "model";

    /// <summary>The property of a collection that holds the directory its documents were last ingested from; that of a tenant's follows a <c>/</c>.</summary>
    public const string DirectoryProperty = "directory";

    // A path of more is no filing system, and could cost a record for each byte of it.
    private const int MostFolders = 64;

    /// <summary>Every beginning of a source that ends with <c>/</c>: of <c>a/b/c.md</c> these are <c>a/</c> and <c>a/b/</c>. Of a source in more than 64 folders, the outer 64.</summary>
    public static IReadOnlyList<string> FoldersOf(string source)
    {
        List<string> folders = [];
        for (var end = source.IndexOf('/', StringComparison.Ordinal); end >= 0 && folders.Count < MostFolders; end = source.IndexOf('/', end + 1))
        {
            folders.Add(source[..(end + 1)]);
        }

        return folders;
    }

    /// <summary>The schema of a collection.</summary>
    /// <param name="dimensions">The length of the vectors; 0 while there are none.</param>
    /// <param name="isShared">Whether several tenants share the collection.</param>
    public static RecordSchema Create(int dimensions, bool isShared) => new()
    {
        Fields =
        [
            new(Kind, RecordFieldType.Text) { IsIndexed = true },
            .. isShared ? [new RecordField(Tenant, RecordFieldType.Text) { IsIndexed = true, IsTenant = true }] : Array.Empty<RecordField>(),
            new(Readers, RecordFieldType.Text) { IsList = true, IsIndexed = true },
            new(Source, RecordFieldType.Text) { IsIndexed = true },
            new(Folders, RecordFieldType.Text) { IsList = true, IsIndexed = true },
            new(Title, RecordFieldType.Text) { SearchWeight = 2 },
            new(Section, RecordFieldType.Text) { SearchWeight = 2 },
            new(Text, RecordFieldType.Text) { SearchWeight = 1 },
            new(Ordinal, RecordFieldType.WholeNumber),
            new(Page, RecordFieldType.WholeNumber),
            new(Hash, RecordFieldType.Text) { IsIndexed = true },
            new(Version, RecordFieldType.Text),
            new(Parent, RecordFieldType.Text),
            new(Content, RecordFieldType.Text),
            new(Time, RecordFieldType.Time) { IsIndexed = true },
            new(Integrity, RecordFieldType.Text) { IsIndexed = true },
            new(Ingester, RecordFieldType.Text),
            new(State, RecordFieldType.Text),
        ],
        Vectors = dimensions > 0 ? [new(Vector, dimensions)] : [],
    };
}
