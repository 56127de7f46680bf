namespace KernelHost.Memory.Ingestion;

/// <summary>What has to change so that a collection is what its directory is. Made without a lock, applied in one change.</summary>
internal sealed class IngestPlan
{
    /// <summary>How many files match the patterns.</summary>
    public int Files { get; set; }

    public List<PlannedDocument> Changed { get; } = [];

    public List<DocumentState> Removed { get; } = [];

    /// <summary>Documents whose content stays and of which something else is to be remembered: the former state and the new one.</summary>
    public List<(DocumentState Former, DocumentState State)> Touched { get; } = [];

    /// <summary>Documents that stay as they are, and those that are touched.</summary>
    public List<DocumentState> Kept { get; } = [];

    public List<IngestNotice> Skipped { get; } = [];

    public List<IngestNotice> Warnings { get; } = [];

    public List<IngestNotice> Duplicates { get; } = [];

    /// <summary>How many of <see cref="Kept"/> could not be read, so that nobody knows whether they changed.</summary>
    public int Unread { get; set; }

    public int Unchanged => Kept.Count(static state => state.Skipped is null) - Unread;

    public bool ChangesContent => Changed.Count > 0 || Removed.Count > 0;

    /// <summary>The chunks that are indexed anew or again.</summary>
    public IEnumerable<Chunk> Chunks => Changed.SelectMany(static document => document.IndexedChunks);

    public IngestReport ToReport(int embeddedChunks) => new()
    {
        Added = Changed.Count(static document => document.Skipped is null && document.State is null or { Skipped: not null }),
        Updated = Changed.Count(static document => document is { Skipped: null, State.Skipped: null }),
        Removed = Removed.Count(static state => state.Skipped is null) + Changed.Count(static document => document is { Skipped: not null, State.Skipped: null }),
        Unchanged = Unchanged,
        EmbeddedChunks = embeddedChunks,
        Duplicates = Duplicates,
        Skipped = [.. Skipped.OrderBy(static notice => notice.Path, StringComparer.Ordinal)],
        Warnings = [.. Warnings.OrderBy(static notice => notice.Path, StringComparer.Ordinal)],
    };
}

/// <summary>A document as it is to be, with what the collection knew of it.</summary>
internal sealed record PlannedDocument(DocumentState? State, string Path, long Size, long Modified, string Hash)
{
    private readonly Dictionary<int, ChunkPlace> _copies = [];

    /// <summary>When the file was last changed.</summary>
    public DateTimeOffset Time { get; init; }

    public string? Title { get; init; }

    public string? Skipped { get; init; }

    public string? Warning { get; init; }

    public IReadOnlyList<Chunk> Chunks { get; init; } = [];

    public IReadOnlyList<string> Sections { get; init; } = [];

    /// <summary>For each chunk that another one stands for, which.</summary>
    public IDictionary<int, ChunkPlace> Copies => _copies;

    public IReadOnlyList<Likeness?> Likenesses => field ??= [.. Chunks.Select(static chunk => Likeness.Of(chunk.Text))];

    public IEnumerable<Chunk> IndexedChunks => Chunks.Where((_, i) => !_copies.ContainsKey(i));
}
