namespace KernelHost.Memory.Records;

/// <summary>A change of a collection that is made whole or not at all.</summary>
/// <param name="ExpectedVersion">The version that the change was thought out for.</param>
public sealed record RecordChange(long ExpectedVersion)
{
    /// <summary>Records to write; one of the same key is replaced.</summary>
    public IReadOnlyList<Record> Upserts { get; init; } = [];

    /// <summary>Keys of records to delete.</summary>
    public IReadOnlyCollection<object> Deletes { get; init; } = [];

    /// <summary>New properties of the collection; <see langword="null"/> leaves them as they are.</summary>
    public IReadOnlyDictionary<string, string>? Properties { get; init; }
}

/// <summary>New content that takes the place of all the present one.</summary>
/// <param name="ExpectedVersion">The version that the content was made from.</param>
/// <param name="Schema">The schema from then on.</param>
/// <param name="Records">All records; read once, in batches.</param>
/// <param name="Properties">The properties from then on.</param>
public sealed record RecordRebuild(long ExpectedVersion, RecordSchema Schema, IAsyncEnumerable<Record> Records, IReadOnlyDictionary<string, string> Properties);
