using Microsoft.Extensions.AI;

namespace KernelHost.Memory.VectorData;

/// <summary>How a <see cref="RecordVectorStore"/> works.</summary>
public sealed class RecordVectorStoreOptions
{
    /// <summary>Makes vectors of texts, unless a collection or a property names another.</summary>
    /// <value>None: records bring their vectors.</value>
    public IEmbeddingGenerator? EmbeddingGenerator { get; init; }

    /// <summary>Whether disposing of the vector store also closes the store below it.</summary>
    /// <value><see langword="false"/></value>
    public bool OwnsStore { get; init; }

    /// <summary>What the vector store is called in its metadata, as OpenTelemetry's <c>db.system.name</c>.</summary>
    /// <value><c>kernelhost</c></value>
    public string SystemName { get; init; } = "kernelhost";
}
