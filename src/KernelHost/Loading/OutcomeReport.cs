using System.Text.Json;

namespace KernelHost.Loading;

/// <summary>An <see cref="CallOutcome"/> without any type of the plugin.</summary>
/// <param name="Kind">Which of the three it is.</param>
/// <param name="Result">What the call returned: a string, a <see cref="JsonElement"/> or <see langword="null"/>.</param>
/// <param name="Reason">Why nobody knows.</param>
internal sealed record OutcomeReport(OutcomeKind Kind, object? Result, string? Reason)
{
    public static OutcomeReport Of(CallOutcome outcome, JsonSerializerOptions options) => new(
        outcome.Kind,
        outcome.Result switch
        {
            null or string => outcome.Result,
            JsonElement element => element.Clone(),
            { } result => JsonSerializer.SerializeToElement(result, result.GetType(), options),
        },
        outcome.Reason);
}
