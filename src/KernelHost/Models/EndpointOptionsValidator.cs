using FluentValidation;
using KernelHost.Text;

namespace KernelHost.Models;

/// <summary>The rules for everything that is reached at an endpoint. Every message begins with the configuration key; none shows a secret.</summary>
internal abstract class EndpointOptionsValidator<T> : AbstractValidator<T>
    where T : IEndpointOptions
{
    protected EndpointOptionsValidator(string key, string[] providers, Func<string, string?> environment)
    {
        var choice = string.Join(", ", providers.Select(name => $"'{name}'"));
        RuleFor(options => options.Provider)
            .Must(provider => providers.Contains(provider, StringComparer.Ordinal))
            .WithMessage(options =>
                $"{key}:Provider is '{options.Provider}', which is no provider. Use one of {choice}.{NearestName.Hint(options.Provider ?? "", providers)}");

        When(options => ModelProviders.IsRemote(options.Provider) && providers.Contains(options.Provider, StringComparer.Ordinal), () =>
        {
            RuleFor(options => options.Model)
                .NotEmpty()
                .WithMessage(options => $"{key}:Model is missing. Set it to the id of a model of provider '{options.Provider}'.");
            RuleFor(options => options.ApiKey)
                .Must((options, _) => ApiKeys.Resolve(options.Provider, options.ApiKey, environment) is not null)
                .When(options => ApiKeys.IsRequired(options.Provider, options.Endpoint), ApplyConditionTo.CurrentValidator)
                .WithMessage(options =>
                    $"{key}:ApiKey is missing. Set it, or the environment variable {ModelProviders.KeyVariable(options.Provider)}, to a key of provider '{options.Provider}'.")
                .Must((options, _) => ApiKeys.Resolve(options.Provider, options.ApiKey, environment) is not { } found || IsHeaderText(found))
                .WithMessage($"{key}:ApiKey holds white space or characters that no key has, perhaps a line break from copying. Set it again.");
            RuleFor(options => options.Endpoint)
                .Custom((endpoint, context) =>
                {
                    if (endpoint is not null && EndpointFault(endpoint, context.InstanceToValidate.Provider) is { } fault)
                    {
                        context.AddFailure($"{key}:Endpoint {fault}");
                    }
                });
        });

        RuleFor(options => options.TimeoutSeconds)
            .InclusiveBetween(1, 3600)
            .WithMessage(options => $"{key}:TimeoutSeconds is '{options.TimeoutSeconds}'. Use a number from 1 to 3600.");
        RuleFor(options => options.MaxRetries)
            .InclusiveBetween(0, 10)
            .WithMessage(options => $"{key}:MaxRetries is '{options.MaxRetries}'. Use a number from 0 to 10.");
    }

    private static bool IsHeaderText(string key) => key.All(character => character is > ' ' and <= '~');

    private static string? EndpointFault(Uri endpoint, string provider)
    {
        if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeHttps && endpoint.Scheme != Uri.UriSchemeHttp))
        {
            return $"is '{endpoint.OriginalString}', which is no absolute http or https address. Write it like '{ModelProviders.DefaultEndpoint(provider)}'.";
        }

        // User info and query are where secrets hide, so the value stays out of the message.
        if (endpoint.UserInfo.Length > 0 || endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0)
        {
            return "holds a user name, a query or a fragment. Leave only the base address and put the secret into ApiKey.";
        }

        var path = endpoint.AbsolutePath.TrimEnd('/');
        if (provider == ModelProviders.OpenAI && ModelProviders.IsAzure(endpoint) && !path.EndsWith("/openai/v1", StringComparison.OrdinalIgnoreCase))
        {
            return $"is '{endpoint}'. For Azure OpenAI use its v1 address: 'https://{endpoint.Host}/openai/v1/'.";
        }

        foreach (var route in Routes)
        {
            if (path.EndsWith(route, StringComparison.OrdinalIgnoreCase))
            {
                return $"is '{endpoint}', the address of one operation. Use the base address before '{route}'.";
            }
        }

        return null;
    }

    private static readonly string[] Routes = ["/chat/completions", "/embeddings", "/v1/messages", "/responses", "/api/chat"];
}
