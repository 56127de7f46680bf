namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>A word in a record.</summary>
/// <param name="Term">The word.</param>
/// <param name="Ordinal">The record.</param>
/// <param name="Weight">What the word weighs in it.</param>
internal readonly record struct Posting(long Term, int Ordinal, byte Weight);
