using System.Security.Cryptography;
using System.Text;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Ingestion;

/// <summary>The records of a document as <see cref="DocumentSchema"/> describes them.</summary>
internal sealed class DocumentRecords(PlannedDocument document, DocumentLabels labels)
{
    private readonly DocumentKeys _keys = new(labels.Tenant, document.Path);

    /// <summary>What the collection is to remember of it.</summary>
    public DocumentState State => field ??= new DocumentState(document.Path, document.Size, document.Modified, document.Hash)
    {
        Title = document.Title,
        Skipped = document.Skipped,
        Warning = document.Warning,
        Format = Chunk.Format,
        Labels = labels.Id,
        Chunks = [.. document.Chunks.Select((chunk, i) => new ChunkState(ChunkState.IdOf(chunk), document.Likenesses[i])
        {
            KeptBy = document.Copies.TryGetValue(i, out var keeper) ? keeper : null,
        })],
        Sections = [.. document.Sections.Select(static section => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(section)))[..ChunkState.IdLength])],
    };

    /// <param name="vectors">The vector of each chunk, by its hash.</param>
    public IEnumerable<Record> Create(IReadOnlyDictionary<string, ReadOnlyMemory<float>> vectors)
    {
        var sections = _keys.Number('s', State.Sections);
        var indexed = Enumerable.Range(0, document.Chunks.Count).Where(i => !document.Copies.ContainsKey(i)).ToList();
        var chunks = _keys.Number('c', indexed.Select(i => ChunkState.IdOf(document.Chunks[i])));
        yield return CreateDocument();
        for (var i = 0; i < sections.Count; i++)
        {
            yield return CreateSection(sections[i], i);
        }

        for (var i = 0; i < indexed.Count; i++)
        {
            var chunk = document.Chunks[indexed[i]];
            yield return CreateChunk(chunks[i], indexed[i], chunk, chunk.Parent is { } parent ? sections[parent] : null, vectors[chunk.Hash]);
        }
    }

    private Record CreateDocument()
    {
        var fields = Labelled(DocumentSchema.DocumentKind);
        fields[DocumentSchema.State] = State.ToJson();
        if (document.Skipped is not null)
        {
            // Nothing of it can be cited.
            fields.Remove(DocumentSchema.Version);
        }

        return new Record(_keys.Document) { Fields = fields };
    }

    private Record CreateSection(string key, int ordinal)
    {
        var fields = Labelled(DocumentSchema.SectionKind);
        fields[DocumentSchema.Content] = document.Sections[ordinal];
        fields[DocumentSchema.Ordinal] = (long)ordinal;
        return new Record(key) { Fields = fields };
    }

    private Record CreateChunk(string key, int ordinal, Chunk chunk, string? parent, ReadOnlyMemory<float> vector)
    {
        var fields = Labelled(DocumentSchema.ChunkKind);
        fields[DocumentSchema.Title] = chunk.Title;
        fields[DocumentSchema.Section] = chunk.Section;
        fields[DocumentSchema.Text] = chunk.Text;
        fields[DocumentSchema.Ordinal] = (long)ordinal;
        fields[DocumentSchema.Page] = chunk.Page is { } page ? (long)page : null;
        fields[DocumentSchema.Hash] = chunk.Hash;
        fields[DocumentSchema.Parent] = parent;
        return new Record(key) { Fields = fields, Vectors = new Dictionary<string, ReadOnlyMemory<float>> { [DocumentSchema.Vector] = vector } };
    }

    // Sections and documents have neither title nor section: what is in those fields is searched.
    private Dictionary<string, object?> Labelled(string kind)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [DocumentSchema.Kind] = kind,
            [DocumentSchema.Readers] = labels.Readers,
            [DocumentSchema.Source] = document.Path,
            [DocumentSchema.Folders] = DocumentSchema.FoldersOf(document.Path),
            [DocumentSchema.Version] = document.Hash,
            [DocumentSchema.Time] = document.Time,
            [DocumentSchema.Integrity] = labels.IntegrityName,
            [DocumentSchema.Ingester] = labels.Ingester,
        };
        if (labels.Tenant is not null)
        {
            fields[DocumentSchema.Tenant] = labels.Tenant;
        }

        return fields;
    }
}
