namespace KernelHost.Qdrant;

/// <summary>How a new collection is laid out on the server. <see langword="null"/> leaves a setting to the server.</summary>
public sealed class QdrantLayout
{
    /// <summary>How many edges a node of the graph has (<c>m</c>). With a tenant field each tenant has a graph of its own, and there is none over all.</summary>
    /// <value><see langword="null"/></value>
    public int? GraphEdges { get; set; }

    /// <summary>How many neighbours are looked at when the graph is built (<c>ef_construct</c>).</summary>
    /// <value><see langword="null"/></value>
    public int? GraphBuildBreadth { get; set; }

    /// <summary>Below how many kilobytes of vectors they are compared one by one (<c>full_scan_threshold</c>).</summary>
    /// <value><see langword="null"/></value>
    public int? FullScanKilobytes { get; set; }

    /// <summary>Whether the graph is read from disk rather than kept in memory.</summary>
    /// <value><see langword="false"/></value>
    public bool GraphOnDisk { get; set; }

    /// <summary>Whether vectors are read from disk rather than kept in memory.</summary>
    /// <value><see langword="false"/></value>
    public bool VectorsOnDisk { get; set; }

    /// <summary>Whether the index of words is read from disk rather than kept in memory.</summary>
    /// <value><see langword="false"/></value>
    public bool WordsOnDisk { get; set; }

    /// <summary>Whether fields are read from disk rather than kept in memory.</summary>
    /// <value><see langword="true"/>, as the server does.</value>
    public bool FieldsOnDisk { get; set; } = true;

    /// <summary>Whether a shorter form of each vector is searched first.</summary>
    /// <value><see cref="QdrantQuantization.None"/></value>
    public QdrantQuantization Quantization { get; set; }

    /// <summary>How many times more candidates the shorter form brings than are asked for, which are then compared in full. From 1.</summary>
    /// <value><see langword="null"/></value>
    public double? Oversampling { get; set; }

    /// <summary>Into how many shards the collection is cut. Each shard counts rare words on its own.</summary>
    /// <value><see langword="null"/></value>
    public int? Shards { get; set; }

    /// <summary>How many copies of each shard there are.</summary>
    /// <value><see langword="null"/></value>
    public int? Replicas { get; set; }

    /// <summary>How many copies must have a write before it counts.</summary>
    /// <value><see langword="null"/></value>
    public int? WriteConsistency { get; set; }
}
