using KernelHost.Memory.VectorData;
using Microsoft.Extensions.AI;

namespace KernelHost.Qdrant;

/// <summary>A Qdrant server as a vector store of <c>Microsoft.Extensions.VectorData</c>.</summary>
public sealed class QdrantVectorStore : RecordVectorStore
{
    /// <summary>Names the server; nothing is sent before the first call.</summary>
    /// <param name="options">Where it is and how it is used.</param>
    /// <param name="embeddingGenerator">Makes vectors of texts, unless a collection or a property names another; <see langword="null"/> when records bring their vectors.</param>
    /// <exception cref="ArgumentException">An option is not valid; the message names it and the cure.</exception>
    public QdrantVectorStore(QdrantOptions options, IEmbeddingGenerator? embeddingGenerator = null)
        : base(new QdrantRecordStore(options), new RecordVectorStoreOptions { EmbeddingGenerator = embeddingGenerator, OwnsStore = true, SystemName = "qdrant" })
    {
    }
}
