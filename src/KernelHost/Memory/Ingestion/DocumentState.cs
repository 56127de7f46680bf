using System.Text.Json;
using System.Text.Json.Serialization;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Ingestion;

/// <summary>A document as the collection remembers it.</summary>
/// <param name="Path">Relative to the ingested directory, with <c>/</c>.</param>
/// <param name="Size">The bytes of the file.</param>
/// <param name="Modified">Its time stamp in UTC ticks, 0 when it cannot be relied on.</param>
/// <param name="Hash">The SHA-256 of its bytes; empty when they were not read.</param>
internal sealed record DocumentState(string Path, long Size, long Modified, string Hash)
{
    public string? Title { get; init; }

    public string? Skipped { get; init; }

    public string? Warning { get; init; }

    /// <summary>By whose rules it was cut: <see cref="Chunk.Format"/>.</summary>
    public int Format { get; init; }

    /// <summary>What its chunks are labelled with.</summary>
    public string Labels { get; init; } = "";

    /// <summary>Its chunks in their order, those that another one stands for included.</summary>
    public IReadOnlyList<ChunkState> Chunks { get; init; } = [];

    /// <summary>The ids of its sections.</summary>
    public IReadOnlyList<string> Sections { get; init; } = [];

    /// <summary>The record without its labels, which only its owner knows.</summary>
    public string ToJson()
    {
        var copies = Chunks.Select(static (chunk, i) => (chunk.KeptBy, Index: i)).Where(static copy => copy.KeptBy is not null);
        return JsonSerializer.Serialize(
            new Content(Size, Modified, Hash, Title, Skipped, Warning, Format, Labels, ChunkBlob.Write(Chunks), Sections,
                [.. copies.Select(static copy => new Copy(copy.Index, copy.KeptBy!.Source, copy.KeptBy.Id))]),
            Options);
    }

    /// <exception cref="MemoryException">It was written by somebody else.</exception>
    public static DocumentState Read(Record record, string store)
    {
        try
        {
            var path = (string)record[DocumentSchema.Source]!;
            var content = JsonSerializer.Deserialize<Content>((string)record[DocumentSchema.State]!, Options)!;
            var chunks = ChunkBlob.Read(content.Chunks);
            foreach (var copy in content.Copies)
            {
                chunks[copy.Index] = chunks[copy.Index] with { KeptBy = new ChunkPlace(copy.Source, copy.Id) };
            }

            return new DocumentState(path, content.Size, content.Modified, content.Hash)
            {
                Title = content.Title,
                Skipped = content.Skipped,
                Warning = content.Warning,
                Format = content.Format,
                Labels = content.Labels,
                Chunks = chunks,
                Sections = content.Sections,
            };
        }
        catch (Exception exception) when (exception is JsonException or NullReferenceException or InvalidCastException or ArgumentException or FormatException)
        {
            throw new MemoryException($"The record '{record.Key}' in {store} is not what ingestion wrote. Delete the collection and ingest its documents again.", store, exception);
        }
    }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private sealed record Content(
        long Size, long Modified, string Hash, string? Title, string? Skipped, string? Warning, int Format, string Labels, string Chunks, IReadOnlyList<string> Sections, IReadOnlyList<Copy> Copies);

    private sealed record Copy(int Index, string Source, string Id);
}
