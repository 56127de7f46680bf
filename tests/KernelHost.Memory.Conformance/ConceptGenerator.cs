using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace KernelHost.Memory.Conformance;

/// <summary>A tiny embedding model: one dimension per concept, counting the concept's words. It counts what it was asked.</summary>
public sealed partial class ConceptGenerator(params string[][] concepts) : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>All texts that were embedded.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>How many calls there were.</summary>
    public int Batches { get; private set; }

    /// <summary>Called with the number of the batch, from 1, before it is embedded.</summary>
    public Action<int>? OnBatch { get; set; }

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (Texts)
        {
            Batches++;
            OnBatch?.Invoke(Batches);
            var texts = values.ToList();
            Texts.AddRange(texts);
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(text => new Embedding<float>(Vector(text)))));
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private float[] Vector(string text)
    {
        var words = Word().Matches(text).Select(match => match.Value.ToLowerInvariant()).ToList();
        return [.. concepts.Select(concept => (float)words.Count(word => concept.Contains(word)))];
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
