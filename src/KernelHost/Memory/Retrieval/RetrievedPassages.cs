using System.Collections;

namespace KernelHost.Memory.Retrieval;

/// <summary>What a retriever gives to a run: passages, and whether something was left out.</summary>
/// <param name="Passages">The passages, best first.</param>
/// <param name="Partial">What was left out and why, in a sentence for the model; <see langword="null"/> when nothing was.</param>
public sealed record RetrievedPassages(IReadOnlyList<Passage> Passages, string? Partial) : IReadOnlyList<Passage>
{
    /// <inheritdoc/>
    public int Count => Passages.Count;

    /// <inheritdoc/>
    public Passage this[int index] => Passages[index];

    /// <inheritdoc/>
    public IEnumerator<Passage> GetEnumerator() => Passages.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
