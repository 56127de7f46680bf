using FluentValidation;

namespace KernelHost.Models;

/// <summary>Checks the options of the embedding model and reports everything that is wrong at once.</summary>
internal sealed class EmbeddingOptionsValidator : EndpointOptionsValidator<EmbeddingOptions>
{
    /// <param name="environment">Reads an environment variable.</param>
    public EmbeddingOptionsValidator(Func<string, string?> environment)
        : base(ModelConfiguration.EmbeddingsKey, ModelProviders.Embedding, environment)
    {
        RuleFor(options => options.Dimensions)
            .InclusiveBetween(1, 16384)
            .WithMessage(options => $"{ModelConfiguration.EmbeddingsKey}:Dimensions is '{options.Dimensions}'. Use a number from 1 to 16384, or remove it.");
        RuleFor(options => options.Dimensions)
            .Null()
            .When(static options => options.Provider == ModelProviders.Onnx, ApplyConditionTo.CurrentValidator)
            .WithMessage($"{ModelConfiguration.EmbeddingsKey}:Dimensions cannot be chosen for an ONNX model, which has its own. Remove it.");
        RuleFor(options => options.Model)
            .NotEmpty()
            .When(static options => options.Provider == ModelProviders.Onnx, ApplyConditionTo.CurrentValidator)
            .WithMessage($"{ModelConfiguration.EmbeddingsKey}:Model is missing. Set it to the path of an ONNX model, or of a directory with 'model.onnx' and 'vocab.txt'.");
        RuleFor(options => options.BatchSize)
            .InclusiveBetween(1, 2048)
            .WithMessage(options => $"{ModelConfiguration.EmbeddingsKey}:BatchSize is '{options.BatchSize}'. Use a number from 1 to 2048.");
        RuleFor(options => options.RequestsPerMinute)
            .InclusiveBetween(1, 100_000)
            .WithMessage(options => $"{ModelConfiguration.EmbeddingsKey}:RequestsPerMinute is '{options.RequestsPerMinute}'. Use a number from 1 to 100000, or remove it.");
        RuleFor(options => options.MaxTokens)
            .InclusiveBetween(8, 32_768)
            .WithMessage(options => $"{ModelConfiguration.EmbeddingsKey}:MaxTokens is '{options.MaxTokens}'. Use a number from 8 to 32768.");
    }
}
