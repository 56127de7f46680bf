using FluentValidation;

namespace KernelHost.Models;

/// <summary>Checks the options of one chat model and reports everything that is wrong at once.</summary>
internal sealed class ModelOptionsValidator : EndpointOptionsValidator<ModelOptions>
{
    /// <param name="key">The configuration section that messages name.</param>
    /// <param name="environment">Reads an environment variable.</param>
    public ModelOptionsValidator(string key, Func<string, string?> environment)
        : base(key, ModelProviders.Chat, environment)
    {
        RuleFor(options => options.MaxOutputTokens)
            .GreaterThan(0)
            .WithMessage(options => $"{key}:MaxOutputTokens is '{options.MaxOutputTokens}'. Use a number above 0, or remove it.");
        RuleFor(options => options.ContextTokens)
            .InclusiveBetween(1000, 100_000_000)
            .WithMessage(options => $"{key}:ContextTokens is '{options.ContextTokens}'. Use a number from 1000 to 100000000, or remove it.");
        RuleFor(options => options.CompactAtPercent)
            .InclusiveBetween(20, 95)
            .WithMessage(options => $"{key}:CompactAtPercent is '{options.CompactAtPercent}'. Use a number from 20 to 95, or remove it.");
        RuleFor(options => options.Temperature)
            .Must((options, temperature) => temperature is null || (temperature >= 0 && temperature <= Warmest(options)))
            .WithMessage(options => FormattableString.Invariant(
                $"{key}:Temperature is '{options.Temperature}'. Use a number from 0 to {Warmest(options)}, or remove it."));
        RuleFor(options => options.InputPricePerMillion)
            .Must((options, input) => input.HasValue == options.OutputPricePerMillion.HasValue && (input.HasValue || options.CachedInputPricePerMillion is null))
            .WithMessage($"{key}:InputPricePerMillion and {key}:OutputPricePerMillion belong together. Set both, or no price at all.");
    }

    private static int Warmest(ModelOptions options) => options.Provider == ModelProviders.Anthropic ? 1 : 2;
}
