namespace KernelHost.Memory.Ingestion;

/// <summary>What has to change so that a collection is what its directory is. Made without a lock, applied in one transaction.</summary>
internal sealed class IngestPlan
{
    public List<PlannedDocument> Changed { get; } = [];

    public List<DocumentState> Removed { get; } = [];

    /// <summary>Documents with a new time stamp and the old content.</summary>
    public List<TouchedDocument> Touched { get; } = [];

    public List<IngestNotice> Skipped { get; } = [];

    public List<IngestNotice> Warnings { get; } = [];

    public int Unchanged { get; set; }

    public bool ChangesContent => Changed.Count > 0 || Removed.Count > 0;

    public IngestReport ToReport(int embeddedChunks) => new()
    {
        Added = Changed.Count(static document => document.Skipped is null && document.State is null or { Skipped: not null }),
        Updated = Changed.Count(static document => document is { Skipped: null, State.Skipped: null }),
        Removed = Removed.Count(static state => state.Skipped is null) + Changed.Count(static document => document is { Skipped: not null, State.Skipped: null }),
        Unchanged = Unchanged,
        EmbeddedChunks = embeddedChunks,
        Skipped = Skipped,
        Warnings = Warnings,
    };
}

/// <summary>A document as the collection knows it. <see cref="Modified"/> is in UTC ticks, 0 when it cannot be relied on.</summary>
internal sealed record DocumentState(long Id, string Path, long Size, long Modified, string Hash, string? Skipped, string? Warning);

/// <summary>A document whose time stamp alone is new.</summary>
internal sealed record TouchedDocument(DocumentState State, long Modified);

/// <summary>A document as it is to be, with what the collection knew of it.</summary>
internal sealed record PlannedDocument(DocumentState? State, string Path, long Size, long Modified, string Hash)
{
    public string? Title { get; init; }

    public string? Skipped { get; init; }

    public string? Warning { get; init; }

    public IReadOnlyList<Chunk> Chunks { get; init; } = [];
}
