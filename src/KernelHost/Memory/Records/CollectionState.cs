namespace KernelHost.Memory.Records;

/// <summary>What a collection is at one moment.</summary>
/// <param name="Schema">Its fields and vectors.</param>
/// <param name="Version">Goes up with every write, from 0. Tells caches and concurrent writers of a change.</param>
/// <param name="Properties">What its owner keeps with it, for example the id of the embedding model.</param>
public sealed record CollectionState(RecordSchema Schema, long Version, IReadOnlyDictionary<string, string> Properties);
