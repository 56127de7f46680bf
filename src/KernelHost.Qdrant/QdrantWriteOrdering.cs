namespace KernelHost.Qdrant;

/// <summary>How writes are ordered among replicas.</summary>
public enum QdrantWriteOrdering
{
    /// <summary>Not at all: fastest.</summary>
    Weak,

    /// <summary>By a leader that may change.</summary>
    Medium,

    /// <summary>By one leader; writes fail while it is away.</summary>
    Strong,
}
