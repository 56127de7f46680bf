using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;
using KernelHost.Models;

namespace KernelHost.Hosting;

/// <summary>Parts that a program brings to the host because their dependencies are not for everybody.</summary>
public sealed class HostParts
{
    /// <summary>Loads an embedding model from a path: <c>OnnxEmbeddings.Create</c> of KernelHost.Onnx.</summary>
    /// <value><see langword="null"/>: the provider <c>onnx</c> is refused.</value>
    public Func<EmbeddingOptions, EmbeddingModel>? OnnxEmbeddings { get; init; }

    /// <summary>Loads a cross-encoder from a path: <c>OnnxCrossEncoder</c> of KernelHost.Onnx. The host disposes what can be disposed.</summary>
    /// <value><see langword="null"/>: reranking by <c>onnx</c> is refused.</value>
    public Func<CrossEncoderOptions, Reranker>? OnnxCrossEncoder { get; init; }

    /// <summary>
    /// Makes the stores that <c>KernelHost:Memory:Store</c> may name besides the embedded one; <see langword="null"/> from it for a name it does not know.
    /// </summary>
    /// <value><see langword="null"/>: there is the embedded store alone.</value>
    public Func<MemoryOptions, RecordStore?>? RecordStores { get; init; }
}
