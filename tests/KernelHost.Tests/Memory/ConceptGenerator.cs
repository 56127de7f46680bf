using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Memory;

/// <summary>A tiny embedding model: one dimension per concept, counting the concept's words. It counts what it was asked.</summary>
internal sealed partial class ConceptGenerator(params string[][] concepts) : IEmbeddingGenerator<string, Embedding<float>>
{
    public List<string> Texts { get; } = [];

    public int Batches { get; private set; }

    /// <summary>Called with the number of the batch, from 1, before it is embedded.</summary>
    public Action<int>? OnBatch { get; set; }

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

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

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
