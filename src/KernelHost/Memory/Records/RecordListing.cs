namespace KernelHost.Memory.Records;

/// <summary>Which records to list.</summary>
public sealed record RecordListing
{
    /// <summary>Selects the records.</summary>
    /// <value><see cref="RecordFilter.All"/></value>
    public RecordFilter Filter { get; init; } = RecordFilter.All;

    /// <summary>By which field they are ordered, with <see langword="null"/> first; by key when there is none. Equal ones are ordered by key.</summary>
    public string? OrderBy { get; init; }

    /// <summary>Whether the greatest come first.</summary>
    public bool Descending { get; init; }

    /// <summary>How many to pass over.</summary>
    public int Skip { get; init; }

    /// <summary>How many to return at most.</summary>
    /// <value>100</value>
    public int Top { get; init; } = 100;

    /// <summary>Whether to return vectors.</summary>
    public bool IncludeVectors { get; init; }
}
