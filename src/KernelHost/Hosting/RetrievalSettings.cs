using KernelHost.Memory.Retrieval;

namespace KernelHost.Hosting;

/// <summary>How retrievers search and what bounds them: <c>KernelHost:Retrieval</c>, and for one of them <c>KernelHost:Retrieval:Retrievers:{plugin}/{name}</c>.</summary>
public sealed record RetrievalSettings
{
    /// <summary>What holds for every retriever without settings of its own.</summary>
    public RetrieverSettings Default { get; init; } = new();

    /// <summary>Retrievers with settings of their own, by qualified name; what they do not set is that of <see cref="Default"/>.</summary>
    public IReadOnlyDictionary<string, RetrieverSettings> Retrievers { get; init; } = new Dictionary<string, RetrieverSettings>();

    /// <summary>The model behind <see cref="RerankerKind.Onnx"/>: <c>KernelHost:Retrieval:CrossEncoder</c>.</summary>
    /// <value><see langword="null"/>: there is none.</value>
    public CrossEncoderOptions? CrossEncoder { get; init; }

    /// <summary>The settings of a retriever.</summary>
    public RetrieverSettings For(string qualifiedName) => Retrievers.GetValueOrDefault(qualifiedName) ?? Default;
}

/// <summary>How one retriever searches, and what bounds it.</summary>
public sealed record RetrieverSettings
{
    /// <summary>How long a search may take; <see langword="null"/> for as long as any tool.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many passages a search may return, whoever asks for more.</summary>
    /// <value>20</value>
    public int MaxPassages { get; init; } = 20;

    /// <summary>How long a passage may be, in bytes of UTF-8.</summary>
    /// <value>16 KiB</value>
    public int MaxPassageBytes { get; init; } = 16 << 10;

    /// <summary>How long all passages of a search may be together, in bytes of UTF-8.</summary>
    /// <value>64 KiB</value>
    public int MaxBytes { get; init; } = 64 << 10;

    /// <summary>Collections that the plugin's own retriever may search besides its documents. Has a meaning for a retriever that a plugin implements.</summary>
    public IReadOnlyList<string> Collections { get; init; } = [];

    /// <summary>What puts the best passages in order.</summary>
    /// <value><see cref="RerankerKind.None"/></value>
    public RerankerKind Rerank { get; init; }

    /// <summary>How documents are ranked.</summary>
    public SearchOptions Search { get; init; } = new();
}
