namespace KernelHost.Memory;

/// <summary>What an ingestion did. Counts are documents unless they say otherwise.</summary>
public sealed record IngestReport
{
    /// <summary>Documents that were not in the collection before.</summary>
    public int Added { get; init; }

    /// <summary>Documents whose content changed.</summary>
    public int Updated { get; init; }

    /// <summary>Documents that are in the collection no longer, because the file is gone or is now skipped.</summary>
    public int Removed { get; init; }

    /// <summary>Documents that stayed as they were.</summary>
    public int Unchanged { get; init; }

    /// <summary>Chunks for which a vector was made; chunks known before cost nothing.</summary>
    public int EmbeddedChunks { get; init; }

    /// <summary>Passages of new and changed documents that are not indexed, because another document has them already; each document once, with which.</summary>
    public IReadOnlyList<IngestNotice> Duplicates { get; init; } = [];

    /// <summary>Files that match the pattern but were not taken up, each with the reason.</summary>
    public IReadOnlyList<IngestNotice> Skipped { get; init; } = [];

    /// <summary>Documents that were taken up, but not as they are, each with the reason.</summary>
    public IReadOnlyList<IngestNotice> Warnings { get; init; } = [];
}

/// <summary>A remark about one file.</summary>
/// <param name="Path">The path relative to the ingested directory; a directory ends with <c>/</c>.</param>
/// <param name="Reason">A sentence for people.</param>
public sealed record IngestNotice(string Path, string Reason);

/// <summary>How far an ingestion is.</summary>
/// <param name="Documents">Files compared or read so far.</param>
/// <param name="TotalDocuments">Files that match the pattern.</param>
/// <param name="EmbeddedChunks">Chunks embedded so far.</param>
/// <param name="TotalChunks">Chunks to embed; 0 until all files are read.</param>
public sealed record IngestProgress(int Documents, int TotalDocuments, int EmbeddedChunks, int TotalChunks);
