using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;

namespace KernelHost.Models.Providers;

/// <summary>OpenAI, Azure OpenAI's v1 endpoint, and everything else that speaks chat completions.</summary>
internal static class OpenAIProvider
{
    public static IChatClient CreateChat(ModelTarget target, HttpClient http) =>
        CreateClient(target, http).GetChatClient(target.ModelId).AsIChatClient();

    public static IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddings(ModelTarget target, HttpClient http) =>
        CreateClient(target, http).GetEmbeddingClient(target.ModelId).AsIEmbeddingGenerator();

    private static OpenAIClient CreateClient(ModelTarget target, HttpClient http)
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = target.Endpoint,
            Transport = new HttpClientPipelineTransport(http),
            // Repetition and time-outs are the HTTP client's; two layers of them would multiply.
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };

        // A server of one's own may take no key, but the library insists on one.
        var credential = new ApiKeyCredential(target.ApiKey ?? "none");
        if (!ModelProviders.IsAzure(target.Endpoint))
        {
            return new OpenAIClient(credential, options);
        }

        // The constructor that takes a policy is marked experimental; it is the library's only way to the header Azure documents for keys.
#pragma warning disable OPENAI001
        return new OpenAIClient(ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(credential, "api-key"), options);
#pragma warning restore OPENAI001
    }
}
