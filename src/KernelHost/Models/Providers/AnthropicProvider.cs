using Anthropic;
using Microsoft.Extensions.AI;

namespace KernelHost.Models.Providers;

/// <summary>Anthropic's Messages API.</summary>
internal static class AnthropicProvider
{
    // The API requires a limit, and the library's own of 1024 cuts off longer answers.
    private const int MaxOutputTokens = 8192;

    public static IChatClient CreateChat(ModelTarget target, HttpClient http) => CreateClient(target, http).AsIChatClient(target.ModelId, MaxOutputTokens);

    /// <summary>Asks for the description of the target's own model; an alias is as good as a model's full id.</summary>
    public static async Task DescribeModelAsync(ModelTarget target, HttpClient http, CancellationToken cancellationToken)
    {
        using var client = CreateClient(target, http);
        await client.Models.Retrieve(target.ModelId, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static AnthropicClient CreateClient(ModelTarget target, HttpClient http) => new()
    {
        ApiKey = target.ApiKey ?? "none",
        BaseUrl = target.Endpoint.AbsoluteUri.TrimEnd('/'),
        HttpClient = http,
        // Repetition and time-outs are the HTTP client's. The library tells the server its time-out in a header, so "infinite" (-1 ms) is no good.
        MaxRetries = 0,
        Timeout = TimeSpan.FromHours(24),
    };
}
