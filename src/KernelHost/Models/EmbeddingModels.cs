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
    /// <param name="onnx">Loads a model from a path; <see langword="null"/> in a host that has no such runtime.</param>
    /// <exception cref="InvalidOperationException">The options are not valid; the message lists every fault.</exception>
    public static EmbeddingModel Create(
        EmbeddingOptions options, ILoggerFactory loggerFactory, TimeProvider? timeProvider = null, Func<EmbeddingOptions, EmbeddingModel>? onnx = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        var clock = timeProvider ?? TimeProvider.System;
        return Build(options, onnx, Environment.GetEnvironmentVariable, () => new ModelHttp(loggerFactory, clock), clock);
    }

    internal static EmbeddingModel Build(
        EmbeddingOptions options, Func<EmbeddingOptions, EmbeddingModel>? onnx, Func<string, string?> environment, Func<ModelHttp> connect, TimeProvider clock)
    {
        if (options.Provider == ModelProviders.Offline)
        {
            return new EmbeddingModel(HashingEmbeddingGenerator.ModelId, HashingEmbeddingGenerator.Dimensions, IsLexical: true, new HashingEmbeddingGenerator());
        }

        var errors = new List<string>();
        ModelConfiguration.Validate(options, environment, errors);
        if (errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join(' ', errors));
        }

        if (options.Provider == ModelProviders.Onnx)
        {
            return onnx is null
                ? throw new InvalidOperationException($"{ModelConfiguration.EmbeddingsKey}:Provider is '{ModelProviders.Onnx}', but this host has no ONNX runtime. Reference KernelHost.Onnx and give the host 'OnnxEmbeddings.Create'.")
                : onnx(options);
        }

        var target = ModelTarget.For(options, environment);
        var connections = connect();
        var http = connections.Create(target);
        var inner = target.Provider == ModelProviders.OpenAI ? OpenAIProvider.CreateEmbeddings(target, http) : OllamaProvider.CreateEmbeddings(target, http);
        var guarded = new GuardedEmbeddingGenerator(inner, new ModelFailures(target), options.Dimensions, connections);
        return new EmbeddingModel($"{target.Provider}/{target.ModelId}", options.Dimensions, IsLexical: false,
            new PacedEmbeddingGenerator(guarded, options.BatchSize, options.RequestsPerMinute, clock));
    }
}
