using System.Collections.Concurrent;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>A content at one version, as a search reads it. The rows of what it was made from may have grown since; it looks at none beyond its own.</summary>
internal sealed class CollectionView(
    CollectionCache cache, ContentTables tables, RowIndex rows, Bits live, Column?[] columns, VectorIndex?[] vectors, ConcurrentDictionary<string, TenantCount> tenants)
{
    public long Content => cache.Content;

    public ContentTables Tables => tables;

    public RecordCodec Codec => cache.Codec;

    public RowIndex Rows => rows;

    /// <summary>The rows that are not deleted.</summary>
    public Bits Live => live;

    /// <summary>How many rows there are, with the deleted ones.</summary>
    public int RowCount => live.Length;

    /// <summary>What was counted of tenants at this version, by name; the name is empty where no tenants share the collection.</summary>
    public ConcurrentDictionary<string, TenantCount> Tenants => tenants;

    public Column Column(int field) => columns[field]!;

    public VectorIndex Vectors(int vector) => vectors[vector]!;

    /// <returns>-1 when there is no such row in the view, or it is deleted.</returns>
    public int LiveRowOf(int ordinal) => rows.RowOf(ordinal) is var row && row >= 0 && row < live.Length && live[row] ? row : -1;
}
