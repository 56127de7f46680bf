using KernelHost.Memory.Retrieval;

namespace KernelHost.Hosting;

/// <summary>A search that a person makes, past no model.</summary>
/// <param name="Retriever">A retriever, as <c>plugin/retriever</c>, or a collection.</param>
/// <param name="Query">What to look for.</param>
public sealed record SearchRequest(string Retriever, string Query)
{
    /// <summary>How to search.</summary>
    public SearchOptions Options { get; init; } = new();

    /// <summary>Through whose eyes.</summary>
    /// <value><see langword="null"/>: the principal of the host.</value>
    public string? Principal { get; init; }

    /// <summary>A tenant in the place of the one that the configuration gives the principal.</summary>
    public string? Tenant { get; init; }

    /// <summary>Judges the best passages once more.</summary>
    /// <value><see langword="null"/>: nothing does.</value>
    public Reranker? Reranker { get; init; }
}
