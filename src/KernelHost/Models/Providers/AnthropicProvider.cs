using Anthropic;
using Microsoft.Extensions.AI;

namespace KernelHost.Models.Providers;

/// <summary>Anthropic's Messages API.</summary>
internal static class AnthropicProvider
{
    // The API requires a limit, and the library's own of 1024 cuts off longer answers.
    private const int MaxOutputTokens = 8192;

    public static IChatClient CreateChat(ModelTarget target, HttpClient http) => new AnthropicClient
    {
        ApiKey = target.ApiKey ?? "none",
        BaseUrl = target.Endpoint.AbsoluteUri.TrimEnd('/'),
        HttpClient = http,
        // Repetition and time-outs are the HTTP client's. The library tells the server its time-out in a header, so "infinite" (-1 ms) is no good.
        MaxRetries = 0,
        Timeout = TimeSpan.FromHours(24),
    }.AsIChatClient(target.ModelId, MaxOutputTokens);
}
