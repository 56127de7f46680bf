using Microsoft.Extensions.AI;

namespace KernelHost.CrashHost;

/// <summary>A vector of how often each letter stands in a text.</summary>
internal sealed class LetterGenerator(IngestProcess? process) : IEmbeddingGenerator<string, Embedding<float>>
{
    private int _batches;

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var texts = values.ToList();
        if (process is not null)
        {
            process.Reach($"batch {++_batches}");
            texts.ForEach(static text => IngestProcess.Say($"embed {text.ReplaceLineEndings(" ")}"));
        }

        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(static text => new Embedding<float>(Vector(text)))));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static float[] Vector(string text)
    {
        var counts = new float[26];
        foreach (var letter in text.ToLowerInvariant().Where(char.IsAsciiLetterLower))
        {
            counts[letter - 'a']++;
        }

        return counts;
    }
}
