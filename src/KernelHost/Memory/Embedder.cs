using System.Globalization;
using KernelHost.Memory.Storage;

namespace KernelHost.Memory;

/// <summary>Calls the generator and holds it to its contract.</summary>
internal static class Embedder
{
    /// <summary>One vector of length one per text, in order.</summary>
    public static async Task<float[][]> EmbedAsync(EmbeddingModel model, IReadOnlyList<string> texts, string path, CancellationToken cancellationToken)
    {
        var embeddings = await model.Generator.GenerateAsync(texts, options: null, cancellationToken);
        if (embeddings.Count != texts.Count)
        {
            throw Refuse(string.Create(CultureInfo.InvariantCulture, $"returned '{embeddings.Count}' vectors for '{texts.Count}' texts"));
        }

        var vectors = new float[texts.Count][];
        for (var i = 0; i < vectors.Length; i++)
        {
            var vector = embeddings[i].Vector.Span;
            if (vector.Length == 0 || (i > 0 && vector.Length != vectors[0].Length))
            {
                throw Refuse("returned empty vectors or vectors of different lengths");
            }

            vectors[i] = VectorBlob.Normalize(vector) ?? throw Refuse("returned a vector with a component that is not a finite number");
        }

        return vectors;

        MemoryException Refuse(string what) =>
            new($"The embedding model '{model.Id}' {what}. Nothing was changed in '{path}'. Check the model's configuration or configure another one.", path);
    }
}
