namespace KernelHost.Memory.Records;

/// <summary>One record of a collection.</summary>
/// <param name="Key">A <see cref="string"/>, <see cref="Guid"/> or <see cref="long"/>, as the schema says.</param>
public sealed record Record(object Key)
{
    /// <summary>
    /// The values by field: <see langword="null"/>, <see cref="string"/>, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>,
    /// <see cref="DateTimeOffset"/>, or an <see cref="IReadOnlyList{T}"/> of <see cref="object"/> with such values for a list. A field that is not there is <see langword="null"/>;
    /// elements of a list never are. Numbers are finite, texts are whole Unicode (<see cref="RecordChecks"/>).
    /// </summary>
    public IReadOnlyDictionary<string, object?> Fields { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>The vectors by name; empty when they were not asked for.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<float>> Vectors { get; init; } = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);

    /// <summary>The value of a field; <see langword="null"/> when it has none.</summary>
    public object? this[string field] => Fields.GetValueOrDefault(field);
}
