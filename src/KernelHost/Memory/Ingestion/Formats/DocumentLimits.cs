namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>How much a document may cost. What goes beyond is refused whole: half a document would be a silent loss.</summary>
internal sealed record DocumentLimits
{
    /// <summary>Bytes of the file.</summary>
    public long Bytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Bytes of everything that is packed in it, unpacked.</summary>
    public long UnpackedBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>How much larger than its packed form a part may become; parts below a megabyte may be of any ratio.</summary>
    public int UnpackRatio { get; init; } = 200;

    /// <summary>How deep elements and values may be nested.</summary>
    public int Depth { get; init; } = 256;

    public int Pages { get; init; } = 5_000;

    /// <summary>Rows of a table, or records.</summary>
    public int Rows { get; init; } = 100_000;

    /// <summary>Cells of all tables, or values of all records.</summary>
    public int Cells { get; init; } = 1_000_000;

    /// <summary>Pieces that are searched.</summary>
    public int Chunks { get; init; } = 20_000;

    /// <summary>Characters of text.</summary>
    public int Characters { get; init; } = 20_000_000;

    /// <summary>The time that reading one document may take.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);
}
