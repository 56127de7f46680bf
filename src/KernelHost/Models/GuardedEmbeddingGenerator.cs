using Microsoft.Extensions.AI;

namespace KernelHost.Models;

/// <summary>Around a provider's generator: asks for the configured length, checks that it came, and turns every failure into a
/// <see cref="ModelException"/>.</summary>
internal sealed class GuardedEmbeddingGenerator(
    IEmbeddingGenerator<string, Embedding<float>> inner, ModelFailures failures, int? dimensions, IDisposable connections)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (dimensions is not null && options?.Dimensions is null)
        {
            options = options?.Clone() ?? new EmbeddingGenerationOptions();
            options.Dimensions = dimensions;
        }

        var texts = values as IReadOnlyCollection<string> ?? [.. values];
        GeneratedEmbeddings<Embedding<float>> embeddings;
        try
        {
            embeddings = await base.GenerateAsync(texts, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not ModelException)
        {
            throw failures.From(exception, cancellationToken);
        }

        // Vectors that do not match their texts would be stored under the wrong ones.
        if (embeddings.Count != texts.Count)
        {
            throw failures.WrongCount(texts.Count, embeddings.Count);
        }

        if (dimensions is { } expected && embeddings.FirstOrDefault(embedding => embedding.Vector.Length != expected) is { } odd)
        {
            throw failures.WrongLength(expected, odd.Vector.Length);
        }

        return embeddings;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            connections.Dispose();
        }
    }
}
