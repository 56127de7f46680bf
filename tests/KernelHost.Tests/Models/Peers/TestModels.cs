using System.ComponentModel;
using KernelHost.Models;
using KernelHost.Models.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.Tests.Models.Peers;

/// <summary>Catalogs and clients as the tests need them: no environment, no waiting.</summary>
internal static class TestModels
{
    public const string Key = "sk-secret-0123456789";

    /// <summary>The tools the peers know. They must never run: the host owns the loop.</summary>
    public static readonly ChatOptions Tools = new()
    {
        Tools =
        [
            AIFunctionFactory.Create(([Description("The city")] string city) => Never(city), "get_weather", "The weather in a city"),
            AIFunctionFactory.Create(([Description("The zone")] string zone) => Never(zone), "get_time", "The time in a zone"),
        ],
    };

    public static ModelOptions Options(string provider, Uri peer) => new()
    {
        Provider = provider,
        Model = "peer-model",
        Endpoint = provider == ModelProviders.OpenAI ? new Uri(peer, "/v1") : peer,
        ApiKey = Key,
    };

    public static ModelCatalog Catalog(ModelOptions options, TimeProvider? clock = null, HttpMessageHandler? connections = null) => new(
        new Dictionary<string, ModelOptions> { ["default"] = options },
        offline: null,
        environment: _ => null,
        () => new ModelHttp(NullLoggerFactory.Instance, clock ?? new SkippingTimeProvider(), connections));

    public static IEnumerable<FunctionCallContent> Calls(this ChatResponse response) =>
        response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>();

    /// <summary>Reads a stream to its end.</summary>
    public static async Task<List<ChatResponseUpdate>> StreamAsync(this IChatClient client, string prompt, ChatOptions? options = null)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(prompt, options, TestContext.Current.CancellationToken))
        {
            updates.Add(update);
        }

        return updates;
    }

    private static string Never(string argument) => throw new InvalidOperationException($"A tool was invoked by the model client, with '{argument}'.");
}
