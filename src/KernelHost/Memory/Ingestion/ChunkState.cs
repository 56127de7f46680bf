namespace KernelHost.Memory.Ingestion;

/// <summary>What the collection remembers of a chunk of a document.</summary>
/// <param name="Id">The beginning of <see cref="Chunk.Hash"/>.</param>
/// <param name="Likeness">Finds chunks like it; <see langword="null"/> for one too short to be compared.</param>
internal sealed record ChunkState(string Id, Likeness? Likeness)
{
    /// <summary>How many characters of the hash tell chunks apart: 64 bits, among the chunks of one document.</summary>
    public const int IdLength = 16;

    /// <summary>The chunk that stands for it, because it says the same; <see langword="null"/> when it is indexed itself.</summary>
    public ChunkPlace? KeptBy { get; init; }

    public static string IdOf(Chunk chunk) => chunk.Hash[..IdLength];
}

/// <summary>Names a chunk in its collection.</summary>
/// <param name="Source">The document.</param>
/// <param name="Id">The chunk's id in it.</param>
internal sealed record ChunkPlace(string Source, string Id);
