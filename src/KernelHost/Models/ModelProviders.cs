namespace KernelHost.Models;

/// <summary>The names of the providers, as they stand in configuration.</summary>
public static class ModelProviders
{
    /// <summary>OpenAI, Azure OpenAI's <c>/openai/v1/</c> endpoint, and every server that speaks OpenAI's chat completions.</summary>
    public const string OpenAI = "openai";

    /// <summary>Anthropic's Messages API.</summary>
    public const string Anthropic = "anthropic";

    /// <summary>A local or remote Ollama server.</summary>
    public const string Ollama = "ollama";

    /// <summary>The built-in rules that need neither network nor key.</summary>
    public const string Offline = "offline";

    /// <summary>A model from a path of the host's own, for embeddings.</summary>
    public const string Onnx = "onnx";

    internal static readonly string[] Chat = [OpenAI, Anthropic, Ollama, Offline];

    internal static readonly string[] Embedding = [OpenAI, Ollama, Onnx, Offline];

    /// <summary>Whether the provider is asked over the network.</summary>
    internal static bool IsRemote(string provider) => provider is not (Offline or Onnx);

    internal static Uri DefaultEndpoint(string provider) => provider switch
    {
        OpenAI => new Uri("https://api.openai.com/v1"),
        Anthropic => new Uri("https://api.anthropic.com"),
        Ollama => new Uri("http://localhost:11434"),
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "This provider has no endpoint."),
    };

    /// <summary>The environment variable that holds the provider's key by convention; <see langword="null"/> when it has none.</summary>
    internal static string? KeyVariable(string provider) => provider switch
    {
        OpenAI => "OPENAI_API_KEY",
        Anthropic => "ANTHROPIC_API_KEY",
        _ => null,
    };

    /// <summary>Whether a host belongs to Azure OpenAI, which takes its key in a header of its own.</summary>
    internal static bool IsAzure(Uri endpoint) =>
        endpoint.Host.EndsWith(".openai.azure.com", StringComparison.OrdinalIgnoreCase)
        || endpoint.Host.EndsWith(".services.ai.azure.com", StringComparison.OrdinalIgnoreCase)
        || endpoint.Host.EndsWith(".cognitiveservices.azure.com", StringComparison.OrdinalIgnoreCase);
}
