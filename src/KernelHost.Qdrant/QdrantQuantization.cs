namespace KernelHost.Qdrant;

/// <summary>The shorter form of vectors that is kept in memory and searched first.</summary>
public enum QdrantQuantization
{
    /// <summary>None.</summary>
    None,

    /// <summary>One byte per dimension: a quarter of the memory, hardly a loss.</summary>
    Scalar,

    /// <summary>One byte per four dimensions: a sixteenth of the memory, slower and with loss.</summary>
    Product,

    /// <summary>One bit per dimension: a thirty-second of the memory; for 1,024 dimensions and more.</summary>
    Binary,
}
