using System.Net.Http.Headers;
using Microsoft.Extensions.AI;
using OllamaSharp;

namespace KernelHost.Models.Providers;

/// <summary>A local or remote Ollama server.</summary>
internal static class OllamaProvider
{
    public static IChatClient CreateChat(ModelTarget target, HttpClient http) => CreateClient(target, http);

    public static IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddings(ModelTarget target, HttpClient http) => CreateClient(target, http);

    private static OllamaApiClient CreateClient(ModelTarget target, HttpClient http)
    {
        // Ollama itself takes no key; a proxy in front of it often does.
        if (target.ApiKey is { } key)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return new OllamaApiClient(http, target.ModelId);
    }
}
