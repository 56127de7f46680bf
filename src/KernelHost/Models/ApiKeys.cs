namespace KernelHost.Models;

/// <summary>Where a provider's key comes from: configuration first, then the environment variable the provider's own tools read.</summary>
internal static class ApiKeys
{
    public static string? Resolve(string provider, string? configured, Func<string, string?> environment)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            return configured;
        }

        return ModelProviders.KeyVariable(provider) is { } variable && environment(variable) is { Length: > 0 } key ? key : null;
    }

    /// <summary>A server of one's own often takes no key; the providers' public addresses always do.</summary>
    public static bool IsRequired(string provider, Uri? endpoint) => provider switch
    {
        ModelProviders.OpenAI => endpoint is not { IsAbsoluteUri: true }
            || ModelProviders.IsAzure(endpoint)
            || string.Equals(endpoint.Host, "api.openai.com", StringComparison.OrdinalIgnoreCase),
        ModelProviders.Anthropic => endpoint is not { IsAbsoluteUri: true }
            || string.Equals(endpoint.Host, "api.anthropic.com", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
