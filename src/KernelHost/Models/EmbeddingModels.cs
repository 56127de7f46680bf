using KernelHost.Models.Http;
using KernelHost.Models.Offline;
using KernelHost.Models.Providers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace KernelHost.Models;

/// <summary>Creates the embedding model of a configuration.</summary>
public static class EmbeddingModels
{
    /// <summary>Creates the model; nothing is connected yet.</summary>
    /// <param name="options">As <see cref="ModelConfiguration.Read"/> gives them.</param>
    /// <param name="loggerFactory">Where repeated requests are logged.</param>
    /// <param name="timeProvider">The clock of time-outs and delays; the system's when <see langword="null"/>.</param>
    /// <param name="offline">Creates the offline model; <see cref="HashingEmbeddingGenerator"/> when <see langword="null"/>.</param>
    /// <exception cref="InvalidOperationException">The options are not valid; the message lists every fault.</exception>
    public static EmbeddingModel Create(
        EmbeddingOptions options, ILoggerFactory loggerFactory, TimeProvider? timeProvider = null, Func<EmbeddingModel>? offline = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        return Build(options, offline, Environment.GetEnvironmentVariable, () => new ModelHttp(loggerFactory, timeProvider ?? TimeProvider.System));
    }

    internal static EmbeddingModel Build(EmbeddingOptions options, Func<EmbeddingModel>? offline, Func<string, string?> environment, Func<ModelHttp> connect)
    {
        if (options.Provider == ModelProviders.Offline)
        {
            return offline?.Invoke()
                ?? new EmbeddingModel(HashingEmbeddingGenerator.ModelId, HashingEmbeddingGenerator.Dimensions, true, new HashingEmbeddingGenerator());
        }

        var errors = new List<string>();
        ModelConfiguration.Validate(options, environment, errors);
        if (errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join(' ', errors));
        }

        var target = ModelTarget.For(options, environment);
        var connections = connect();
        var http = connections.Create(target);
        var inner = target.Provider == ModelProviders.OpenAI ? OpenAIProvider.CreateEmbeddings(target, http) : OllamaProvider.CreateEmbeddings(target, http);
        return new EmbeddingModel($"{target.Provider}/{target.ModelId}", options.Dimensions, false,
            new GuardedEmbeddingGenerator(inner, new ModelFailures(target), options.Dimensions, connections));
    }
}
