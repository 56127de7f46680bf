using System.Globalization;
using KernelHost.Memory.Sqlite;
using KernelHost.Memory.Storage;

namespace KernelHost.Memory;

/// <summary>Calls the generator and holds it to its contract.</summary>
internal static class Embedder
{
    /// <summary>One vector of length one per text, in order.</summary>
    public static async Task<float[][]> EmbedAsync(MemoryEmbedding model, IReadOnlyList<string> texts, string path, CancellationToken cancellationToken)
    {
        var embeddings = await model.Generator.GenerateAsync(texts, options: null, cancellationToken);
        if (embeddings.Count != texts.Count)
        {
            throw Refusal(model, string.Create(CultureInfo.InvariantCulture, $"returned '{embeddings.Count}' vectors for '{texts.Count}' texts"), path);
        }

        var vectors = new float[texts.Count][];
        for (var i = 0; i < vectors.Length; i++)
        {
            var vector = embeddings[i].Vector.Span;
            if (vector.Length == 0 || (i > 0 && vector.Length != vectors[0].Length))
            {
                throw Refusal(model, "returned empty vectors or vectors of different lengths", path);
            }

            vectors[i] = VectorBlob.Normalize(vector) ?? throw Refusal(model, "returned a vector with a component that is not a finite number", path);
        }

        return vectors;
    }

    /// <summary>The generator broke its contract.</summary>
    public static MemoryException Refusal(MemoryEmbedding model, string what, string path) =>
        new($"The embedding model '{model.Id}' {what}. The collection stays as it was. Check the model's configuration or configure another one.", path);
}
