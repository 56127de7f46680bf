namespace KernelHost.Hosting;

/// <summary>What puts the best passages of a retriever in order: <c>KernelHost:Retrieval:Rerank</c>.</summary>
public enum RerankerKind
{
    /// <summary>Nothing does.</summary>
    None,

    /// <summary>The agent's model; what it uses counts as use of the run.</summary>
    Model,

    /// <summary>The cross-encoder of <c>KernelHost:Retrieval:CrossEncoder</c>.</summary>
    Onnx,
}
