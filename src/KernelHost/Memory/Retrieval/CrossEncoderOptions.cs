namespace KernelHost.Memory.Retrieval;

/// <summary>
/// A cross-encoder from a path: a transformer that reads query and passage together and says how well they fit. The section
/// <c>KernelHost:Retrieval:CrossEncoder</c>.
/// </summary>
public sealed record CrossEncoderOptions
{
    /// <summary>The model, or the directory that holds it as <c>model.onnx</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The vocabulary, one token per line.</summary>
    /// <value><c>vocab.txt</c> beside the model.</value>
    public string? Vocabulary { get; init; }

    /// <summary>How many tokens of query and passage together are read, from 16 to 32,768. The query gets at most half of them.</summary>
    /// <value>512</value>
    public int MaxTokens { get; init; } = 512;

    /// <summary>Whether the vocabulary tells upper from lower case, the setting <c>Cased</c>.</summary>
    /// <value><see langword="false"/></value>
    public bool IsCased { get; init; }

    /// <summary>How many passages the model reads at once.</summary>
    /// <value>16</value>
    public int BatchSize { get; init; } = 16;
}
