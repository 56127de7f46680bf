namespace KernelHost.Models;

/// <summary>The one model that a chain of clients and handlers serves: what messages need to name it, and its secret.</summary>
internal sealed class ModelTarget
{
    /// <summary>The configuration section, for example <c>KernelHost:Models:default</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What messages call it, for example <c>Model 'default'</c>.</summary>
    public required string Title { get; init; }

    public required string Provider { get; init; }

    public required string ModelId { get; init; }

    public required Uri Endpoint { get; init; }

    /// <summary><see langword="null"/> when neither configuration nor environment has one.</summary>
    public required string? ApiKey { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required int MaxRetries { get; init; }

    /// <summary>The endpoint with a closing slash, so that relative addresses extend its path.</summary>
    public Uri BaseAddress => Endpoint.AbsoluteUri.EndsWith('/') ? Endpoint : new Uri(Endpoint.AbsoluteUri + "/");

    /// <summary>The opening of every message: <c>Model 'default' (openai 'gpt-5-mini')</c>.</summary>
    public override string ToString() => $"{Title} ({Provider} '{ModelId}')";

    public static ModelTarget For(string name, ModelOptions options, Func<string, string?> environment) => new()
    {
        Key = ModelConfiguration.KeyOf(name),
        Title = $"Model '{name}'",
        Provider = options.Provider,
        ModelId = options.Model!,
        Endpoint = options.Endpoint ?? ModelProviders.DefaultEndpoint(options.Provider),
        ApiKey = ApiKeys.Resolve(options.Provider, options.ApiKey, environment),
        Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
        MaxRetries = options.MaxRetries,
    };

    public static ModelTarget For(EmbeddingOptions options, Func<string, string?> environment) => new()
    {
        Key = ModelConfiguration.EmbeddingsKey,
        Title = "The embedding model",
        Provider = options.Provider,
        ModelId = options.Model!,
        Endpoint = options.Endpoint ?? ModelProviders.DefaultEndpoint(options.Provider),
        ApiKey = ApiKeys.Resolve(options.Provider, options.ApiKey, environment),
        Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
        MaxRetries = options.MaxRetries,
    };
}
