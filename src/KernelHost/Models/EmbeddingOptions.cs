namespace KernelHost.Models;

/// <summary>How to reach the embedding model: the section <c>KernelHost:Embeddings</c>. Without any setting it is the offline one.</summary>
public sealed class EmbeddingOptions : IEndpointOptions
{
    /// <summary>Who answers: <c>openai</c>, <c>ollama</c>, <c>onnx</c> or <c>offline</c>.</summary>
    /// <value>The default is <c>offline</c>.</value>
    public string Provider { get; set; } = ModelProviders.Offline;

    /// <summary>The model's id as the provider knows it; for <c>onnx</c> the model's file, or a directory with <c>model.onnx</c>. Required unless offline.</summary>
    public string? Model { get; set; }

    /// <summary>The base URL.</summary>
    /// <value>The default is the provider's public address; for Ollama <c>http://localhost:11434</c>.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>The secret. It appears in no message, log or <see cref="ToString"/>.</summary>
    /// <value>The default is the environment variable <c>OPENAI_API_KEY</c>.</value>
    public string? ApiKey { get; set; }

    /// <summary>The length of the vectors to ask for, where the model offers a choice.</summary>
    /// <value>The default is the model's own length.</value>
    public int? Dimensions { get; set; }

    /// <summary>The seconds one attempt may take.</summary>
    /// <value>The default is 100; 1 to 3600.</value>
    public int TimeoutSeconds { get; set; } = 100;

    /// <summary>How often a request is repeated after a temporary failure.</summary>
    /// <value>The default is 3; 0 to 10.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>How many texts one request holds at most.</summary>
    /// <value>The default is 64; 1 to 2048.</value>
    public int BatchSize { get; set; } = 64;

    /// <summary>How many requests are sent per minute at most, evenly spread.</summary>
    /// <value>The default is no limit; 1 to 100,000.</value>
    public int? RequestsPerMinute { get; set; }

    /// <summary>For <c>onnx</c>: the vocabulary, one token per line.</summary>
    /// <value>The default is <c>vocab.txt</c> beside the model.</value>
    public string? Vocabulary { get; set; }

    /// <summary>For <c>onnx</c>: how many tokens of a text are read.</summary>
    /// <value>The default is 512; 8 to 32,768.</value>
    public int MaxTokens { get; set; } = 512;

    /// <summary>For <c>onnx</c>: how the vectors of the tokens become one, <c>mean</c> or <c>first</c>.</summary>
    /// <value>The default is <c>mean</c>.</value>
    public EmbeddingPooling Pooling { get; set; } = EmbeddingPooling.Mean;

    /// <summary>For <c>onnx</c>: whether the vocabulary tells upper from lower case, the setting <c>Cased</c>.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IsCased { get; set; }

    /// <summary>Provider and model, without the key.</summary>
    public override string ToString() => Model is null ? Provider : $"{Provider}/{Model}";
}
