using Microsoft.Extensions.AI;

namespace KernelHost.Models;

/// <summary>Cuts what is asked into requests that a provider accepts, and sends them no faster than it allows.</summary>
/// <param name="inner">Sends one request.</param>
/// <param name="batchSize">How many texts a request holds at most.</param>
/// <param name="requestsPerMinute">How many requests a minute takes; no limit when <see langword="null"/>.</param>
/// <param name="clock">The clock of the pauses.</param>
internal sealed class PacedEmbeddingGenerator(IEmbeddingGenerator<string, Embedding<float>> inner, int batchSize, int? requestsPerMinute, TimeProvider clock)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    // Providers bound the tokens of a request, not its texts alone (OpenAI: 300,000). A token is a character at least.
    private const int MostCharacters = 250_000;

    private readonly TimeSpan _interval = requestsPerMinute is { } limit ? TimeSpan.FromMinutes(1) / limit : TimeSpan.Zero;
    private readonly Lock _lock = new();
    private DateTimeOffset _next;

    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratedEmbeddings<Embedding<float>>? all = null;
        foreach (var batch in Batches(values))
        {
            await WaitAsync(cancellationToken).ConfigureAwait(false);
            var embeddings = await base.GenerateAsync(batch, options, cancellationToken).ConfigureAwait(false);
            if (all is null)
            {
                all = embeddings;
                continue;
            }

            all.AddRange(embeddings);
            if (embeddings.Usage is { } usage)
            {
                (all.Usage ??= new UsageDetails()).Add(usage);
            }
        }

        return all ?? [];
    }

    private IEnumerable<List<string>> Batches(IEnumerable<string> values)
    {
        var (batch, characters) = (new List<string>(), 0);
        foreach (var value in values)
        {
            if (batch.Count == batchSize || (batch.Count > 0 && characters + value.Length > MostCharacters))
            {
                yield return batch;
                (batch, characters) = ([], 0);
            }

            batch.Add(value);
            characters += value.Length;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    // Each request takes the next slot, so that callers side by side keep to one pace.
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_interval == TimeSpan.Zero)
        {
            return;
        }

        TimeSpan wait;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var slot = _next > now ? _next : now;
            _next = slot + _interval;
            wait = slot - now;
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
