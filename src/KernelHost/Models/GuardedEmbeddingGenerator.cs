using Microsoft.Extensions.AI;

namespace KernelHost.Models;

/// <summary>Around a provider's generator: asks for the configured length and turns every failure into a <see cref="ModelException"/>.</summary>
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

        try
        {
            return await base.GenerateAsync(values, options, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is not ModelException)
        {
            throw failures.From(exception);
        }
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
