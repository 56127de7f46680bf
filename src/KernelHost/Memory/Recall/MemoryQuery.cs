using KernelHost.Memory.Records;

namespace KernelHost.Memory.Recall;

/// <summary>Which memories an operator means; everything that is said must hold.</summary>
public sealed record MemoryQuery
{
    /// <summary>These memories.</summary>
    public IReadOnlyCollection<string>? Ids { get; init; }

    /// <summary>Of this scope.</summary>
    public MemoryScope? Scope { get; init; }

    /// <summary>Of this principal, session, agent or tenant.</summary>
    public string? Owner { get; init; }

    /// <summary>Saved by this principal, whoever shares them.</summary>
    public string? SavedBy { get; init; }

    /// <summary>Kept for this tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>How many at most.</summary>
    /// <value>100</value>
    public int Top { get; init; } = 100;

    internal RecordFilter ToFilter() => RecordFilter.And(
    [
        .. Ids is null ? Array.Empty<RecordFilter>() : [RecordFilter.AnyOf(RecordFilter.Key, [.. Ids])],
        .. Scope is null ? Array.Empty<RecordFilter>() : [RecordFilter.Equal(MemoryItemSchema.Scope, MemoryItemSchema.Name(Scope.Value))],
        .. Owner is null ? Array.Empty<RecordFilter>() : [RecordFilter.Equal(MemoryItemSchema.Owner, Owner)],
        .. SavedBy is null ? Array.Empty<RecordFilter>() : [RecordFilter.Equal(MemoryItemSchema.SavedBy, SavedBy)],
        .. Tenant is null ? Array.Empty<RecordFilter>() : [RecordFilter.Equal(MemoryItemSchema.Tenant, Tenant)],
    ]);
}
