using Microsoft.Extensions.Configuration;

namespace KernelHost.Models;

/// <summary>
/// The models of a configuration and everything that is wrong with them, found in one pass: unknown settings, values of the wrong
/// form and values that do not fit together. Each error names its configuration key and the cure, and none shows a secret.
/// </summary>
public sealed class ModelConfiguration
{
    /// <summary>The section that holds one section per chat model.</summary>
    public const string ModelsKey = "KernelHost:Models";

    /// <summary>The section of the embedding model.</summary>
    public const string EmbeddingsKey = "KernelHost:Embeddings";

    /// <summary>The name of the model an agent gets that names none.</summary>
    public const string DefaultName = "default";

    private static readonly string[] EndpointSettings = ["Provider", "Model", "Endpoint", "ApiKey", "TimeoutSeconds", "MaxRetries"];

    private static readonly string[] ModelSettings =
        [.. EndpointSettings, "MaxOutputTokens", "Temperature", "InputPricePerMillion", "OutputPricePerMillion", "CachedInputPricePerMillion", "ContextTokens", "CompactAtPercent"];

    private static readonly string[] EmbeddingSettings =
        [.. EndpointSettings, "Dimensions", "BatchSize", "RequestsPerMinute", "Vocabulary", "MaxTokens", "Pooling", "Cased"];

    private ModelConfiguration(IReadOnlyDictionary<string, ModelOptions> models, EmbeddingOptions embeddings, IReadOnlyList<string> errors) =>
        (Models, Embeddings, Errors) = (models, embeddings, errors);

    /// <summary>The configured chat models by name, compared without regard to case. Empty when none is configured.</summary>
    public IReadOnlyDictionary<string, ModelOptions> Models { get; }

    /// <summary>The embedding model; offline when none is configured.</summary>
    public EmbeddingOptions Embeddings { get; }

    /// <summary>What is wrong, in the order of the configuration; empty when the configuration is valid.</summary>
    public IReadOnlyList<string> Errors { get; }

    /// <summary>Reads and checks <c>KernelHost:Models</c> and <c>KernelHost:Embeddings</c>.</summary>
    /// <param name="configuration">The host's configuration, from its root.</param>
    /// <param name="environment">Reads an environment variable, for keys; the process's own when <see langword="null"/>.</param>
    public static ModelConfiguration Read(IConfiguration configuration, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        environment ??= Environment.GetEnvironmentVariable;
        var errors = new List<string>();
        var models = new Dictionary<string, ModelOptions>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in configuration.GetSection(ModelsKey).GetChildren())
        {
            var options = ReadModel(new OptionReader(section, ModelSettings, errors));
            models[section.Key] = options;
            Validate(section.Key, options, environment, errors);
        }

        var embeddings = new EmbeddingOptions();
        var embeddingSection = configuration.GetSection(EmbeddingsKey);
        if (embeddingSection.Exists())
        {
            embeddings = ReadEmbedding(new OptionReader(embeddingSection, EmbeddingSettings, errors));
            Validate(embeddings, environment, errors);
        }

        return new ModelConfiguration(models, embeddings, errors);
    }

    internal static string KeyOf(string name) => $"{ModelsKey}:{name}";

    internal static void Validate(string name, ModelOptions options, Func<string, string?> environment, List<string> errors) =>
        errors.AddRange(new ModelOptionsValidator(KeyOf(name), environment).Validate(options).Errors.Select(failure => failure.ErrorMessage));

    internal static void Validate(EmbeddingOptions options, Func<string, string?> environment, List<string> errors) =>
        errors.AddRange(new EmbeddingOptionsValidator(environment).Validate(options).Errors.Select(failure => failure.ErrorMessage));

    private static ModelOptions ReadModel(OptionReader reader)
    {
        var options = new ModelOptions();
        ReadEndpoint(options, reader, ModelProviders.Chat);
        options.MaxOutputTokens = reader.WholeNumber("MaxOutputTokens");
        options.Temperature = reader.Number("Temperature");
        options.InputPricePerMillion = reader.Price("InputPricePerMillion");
        options.OutputPricePerMillion = reader.Price("OutputPricePerMillion");
        options.CachedInputPricePerMillion = reader.Price("CachedInputPricePerMillion");
        options.ContextTokens = reader.WholeNumber("ContextTokens");
        options.CompactAtPercent = reader.WholeNumber("CompactAtPercent") ?? options.CompactAtPercent;
        return options;
    }

    private static EmbeddingOptions ReadEmbedding(OptionReader reader)
    {
        var options = new EmbeddingOptions();
        ReadEndpoint(options, reader, ModelProviders.Embedding);
        options.Dimensions = reader.WholeNumber("Dimensions");
        options.BatchSize = reader.WholeNumber("BatchSize") ?? options.BatchSize;
        options.RequestsPerMinute = reader.WholeNumber("RequestsPerMinute");
        options.Vocabulary = reader.Text("Vocabulary");
        options.MaxTokens = reader.WholeNumber("MaxTokens") ?? options.MaxTokens;
        options.Pooling = reader.Choice<EmbeddingPooling>("Pooling") ?? options.Pooling;
        options.IsCased = reader.Flag("Cased") ?? options.IsCased;
        return options;
    }

    private static void ReadEndpoint(IEndpointOptions options, OptionReader reader, string[] providers)
    {
        reader.RequireProvider(providers);
        options.Provider = reader.Text("Provider") ?? options.Provider;
        options.Model = reader.Text("Model");
        options.Endpoint = reader.Address("Endpoint");
        options.ApiKey = reader.Text("ApiKey");
        options.TimeoutSeconds = reader.WholeNumber("TimeoutSeconds") ?? options.TimeoutSeconds;
        options.MaxRetries = reader.WholeNumber("MaxRetries") ?? options.MaxRetries;
    }
}
