namespace KernelHost.Models;

/// <summary>How to reach one chat model: the section <c>KernelHost:Models:{name}</c>. Without any setting it is the offline model.</summary>
public sealed class ModelOptions : IEndpointOptions
{
    /// <summary>Who answers: one of the names in <see cref="ModelProviders"/>.</summary>
    /// <value>The default is <c>offline</c>.</value>
    public string Provider { get; set; } = ModelProviders.Offline;

    /// <summary>The model's id as the provider knows it; with Azure OpenAI the name of the deployment. Required unless offline.</summary>
    public string? Model { get; set; }

    /// <summary>The base URL, for example <c>https://NAME.openai.azure.com/openai/v1/</c>.</summary>
    /// <value>The default is the provider's public address; for Ollama <c>http://localhost:11434</c>.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>The secret. It appears in no message, log or <see cref="ToString"/>.</summary>
    /// <value>The default is the environment variable <c>OPENAI_API_KEY</c> or <c>ANTHROPIC_API_KEY</c>.</value>
    public string? ApiKey { get; set; }

    /// <summary>
    /// The seconds one attempt may take: a whole answer or, when it is streamed, the start of the answer and then each silence in it.
    /// </summary>
    /// <value>The default is 100; 1 to 3600.</value>
    public int TimeoutSeconds { get; set; } = 100;

    /// <summary>How often a request is repeated after a temporary failure. A stream that has begun is never repeated.</summary>
    /// <value>The default is 3; 0 to 10.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The most tokens of one answer, where a request does not say.</summary>
    /// <value>The default is the provider's; for Anthropic, which requires a number, 8192.</value>
    public int? MaxOutputTokens { get; set; }

    /// <summary>The sampling temperature, where a request does not say. Some models accept none.</summary>
    /// <value>The default is the provider's; 0 to 2, for Anthropic 0 to 1.</value>
    public float? Temperature { get; set; }

    /// <summary>What a million tokens sent cost, in the host's currency. Stated together with <see cref="OutputPricePerMillion"/>.</summary>
    /// <value>The default is unknown, which no limit on money accepts; the offline model is free.</value>
    public decimal? InputPricePerMillion { get; set; }

    /// <summary>What a million tokens received cost, in the host's currency.</summary>
    public decimal? OutputPricePerMillion { get; set; }

    /// <summary>What a million tokens cost that the provider read from its cache.</summary>
    /// <value>The default is <see cref="InputPricePerMillion"/>.</value>
    public decimal? CachedInputPricePerMillion { get; set; }

    /// <summary>How many tokens the model's window holds. A conversation is compacted before it outgrows it.</summary>
    /// <value>Not known: a conversation is compacted once the provider refuses it for its length.</value>
    public int? ContextTokens { get; set; }

    /// <summary>At which part of <see cref="ContextTokens"/>, in percent, a conversation is compacted.</summary>
    /// <value>The default is 75; 20 to 95.</value>
    public int CompactAtPercent { get; set; } = 75;

    /// <summary>Provider and model, without the key.</summary>
    public override string ToString() => Model is null ? Provider : $"{Provider}/{Model}";
}
