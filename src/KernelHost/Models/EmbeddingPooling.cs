namespace KernelHost.Models;

/// <summary>How a local model's vectors of tokens become the vector of a text.</summary>
public enum EmbeddingPooling
{
    /// <summary>Their mean, as sentence-transformers do by default.</summary>
    Mean,

    /// <summary>The vector of the first token, <c>[CLS]</c>, as BGE models want it.</summary>
    First,
}
