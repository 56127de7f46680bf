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
    }
}
