using KernelHost.Models;

namespace KernelHost.Onnx;

/// <summary>Makes the embedding model of a configuration with the provider <c>onnx</c>.</summary>
public static class OnnxEmbeddings
{
    /// <summary>Loads the model.</summary>
    /// <param name="options">The section <c>KernelHost:Embeddings</c>.</param>
    /// <exception cref="ModelException">A file is missing or is not what it should be.</exception>
    public static EmbeddingModel Create(EmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var generator = new OnnxEmbeddingGenerator(new OnnxModelOptions
        {
            Model = options.Model ?? throw new ArgumentException("KernelHost:Embeddings:Model is missing.", nameof(options)),
            Vocabulary = options.Vocabulary,
            MaxTokens = options.MaxTokens,
            Pooling = options.Pooling,
            IsCased = options.IsCased,
        });
        return new EmbeddingModel(generator.ModelId, generator.Dimensions, IsLexical: false, generator);
    }
}
