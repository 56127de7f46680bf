using Microsoft.Extensions.AI;

namespace KernelHost.Memory;

/// <summary>An embedding generator with what memory must know of it. The caller keeps the ownership of the generator.</summary>
public sealed class MemoryEmbedding
{
    /// <summary>Names a generator.</summary>
    /// <param name="generator">Makes one vector per text, always with the same number of dimensions. Used by several threads at once.</param>
    /// <param name="id">
    /// Identifies the vectors, for example <c>text-embedding-3-small</c>. A collection remembers it: vectors of two ids are never compared,
    /// so a changed model or option needs another id.
    /// </param>
    /// <param name="isLexical">Whether vectors compare spelling and not meaning. Such a model is a low-weight fuzzy leg beside the keywords.</param>
    public MemoryEmbedding(IEmbeddingGenerator<string, Embedding<float>> generator, string id, bool isLexical)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        Generator = generator;
        Id = id;
        IsLexical = isLexical;
        MinimumSimilarity = isLexical ? 0.28f : 0f;
    }

    /// <summary>Makes the vectors.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Generator { get; }

    /// <summary>Identifies the vectors.</summary>
    public string Id { get; }

    /// <summary>Whether vectors compare spelling and not meaning; results of such a model must not be called semantic.</summary>
    public bool IsLexical { get; }

    /// <summary>The cosine that a passage must reach to be found by its vector.</summary>
    /// <value>
    /// 0.28 for a lexical model, whose neighbours below that are mostly chance: the middle of what did best on the questions to the help centre (0.25 to 0.30; docs/retrieval.md).
    /// 0 for others.
    /// </value>
    public float MinimumSimilarity { get; init; }

    /// <summary>The length of the vectors, if it is known before the first call. Lets a changed setting be noticed in time.</summary>
    /// <value><see langword="null"/></value>
    public int? Dimensions { get; init; }

    /// <summary>How many texts one call of the generator gets at most.</summary>
    /// <value>64</value>
    public int BatchSize { get; init; } = 64;
}
