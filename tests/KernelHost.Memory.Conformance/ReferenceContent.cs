using System.Collections.Immutable;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>All that a collection holds at one moment, in the order of the keys.</summary>
internal sealed record ReferenceContent(CollectionState State, ImmutableSortedDictionary<object, Record> Records)
{
    public static ReferenceContent Create(RecordSchema schema, IReadOnlyDictionary<string, string> properties) =>
        new(new CollectionState(schema, 0, properties.ToImmutableDictionary()), ImmutableSortedDictionary.Create<object, Record>(Keys));

    /// <summary>The order of keys: texts by their characters, UUIDs as they are written, numbers by size.</summary>
    public static IComparer<object> Keys { get; } = Comparer<object>.Create(static (left, right) =>
        left is string first && right is string second ? string.CompareOrdinal(first, second) : Comparer<object>.Default.Compare(left, right));

    /// <summary>What a write makes of it, at the next version.</summary>
    public ReferenceContent With(ImmutableSortedDictionary<object, Record> records) => this with { State = State with { Version = State.Version + 1 }, Records = records };
}
