namespace KernelHost.Qdrant;

/// <summary>Of how many replicas a read takes the answer.</summary>
public enum QdrantReadConsistency
{
    /// <summary>Of any one: may be behind.</summary>
    One,

    /// <summary>What most of all replicas say.</summary>
    Majority,

    /// <summary>What most of them say of a majority that is asked.</summary>
    Quorum,

    /// <summary>What all say.</summary>
    All,
}
