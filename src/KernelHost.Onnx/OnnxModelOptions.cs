using KernelHost.Models;

namespace KernelHost.Onnx;

/// <summary>A transformer with the WordPiece vocabulary of BERT, as sentence-transformers and most small embedding models are exported.</summary>
public sealed record OnnxModelOptions
{
    /// <summary>The model, or the directory that holds it as <c>model.onnx</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The vocabulary, one token per line.</summary>
    /// <value><c>vocab.txt</c> beside the model.</value>
    public string? Vocabulary { get; init; }

    /// <summary>How many tokens of a text are read; what is beyond is cut off.</summary>
    /// <value>512</value>
    public int MaxTokens { get; init; } = 512;

    /// <summary>How the vectors of the tokens become one.</summary>
    /// <value><see cref="EmbeddingPooling.Mean"/></value>
    public EmbeddingPooling Pooling { get; init; } = EmbeddingPooling.Mean;

    /// <summary>Whether the vocabulary tells upper from lower case.</summary>
    /// <value><see langword="false"/></value>
    public bool IsCased { get; init; }

    /// <summary>How many texts the model reads at once.</summary>
    /// <value>16</value>
    public int BatchSize { get; init; } = 16;

    internal string ModelPath => Directory.Exists(Model) ? Path.Combine(Model, "model.onnx") : Path.GetFullPath(Model);

    internal string VocabularyPath => Vocabulary is null ? Path.Combine(Path.GetDirectoryName(ModelPath) ?? "", "vocab.txt") : Path.GetFullPath(Vocabulary);
}
