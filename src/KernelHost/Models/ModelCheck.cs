using System.Net;
using System.Text.Json;
using KernelHost.Text;
using Microsoft.Extensions.AI;

namespace KernelHost.Models;

/// <summary>
/// Asks a provider which models it has, which costs nothing and proves address, key and model name at once. Where a server has no such
/// list, it asks for the shortest answer instead.
/// </summary>
internal static class ModelCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <exception cref="ModelException">The model could not be reached.</exception>
    public static async Task<ModelHealth> RunAsync(
        string name, ModelTarget target, HttpClient http, Func<IChatClient> client, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(target.Timeout < Patience ? target.Timeout : Patience);
        try
        {
            return await AskForListAsync(name, target, http, client, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Result(name, target, false, $"'{target.Endpoint}' did not answer in time. Check {target.Key}:Endpoint and the network.");
        }
        catch (JsonException)
        {
            return Result(name, target, false, $"'{target.Endpoint}' did not answer with JSON. Check {target.Key}:Endpoint: it has to be the base address of the API.");
        }
    }

    private static async Task<ModelHealth> AskForListAsync(
        string name, ModelTarget target, HttpClient http, Func<IChatClient> client, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(target.BaseAddress, ListPath(target.Provider)));
        Authorise(request, target);
        string[] models;
        try
        {
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            models = ReadNames(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (ModelException exception) when (exception.Status is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.MethodNotAllowed or (int)HttpStatusCode.NotImplemented)
        {
            return await AskForAnswerAsync(name, target, client(), cancellationToken).ConfigureAwait(false);
        }

        if (ModelProviders.IsAzure(target.Endpoint))
        {
            return Result(name, target, true, $"Listed {models.Length} models at '{target.Endpoint}'. Azure lists models, not deployments, so the deployment's name is unproven.");
        }

        // Ollama answers to 'llama3' with 'llama3:latest'; Anthropic accepts aliases and pages its list, so absence proves nothing there.
        return models.Contains(target.ModelId, StringComparer.Ordinal) || models.Contains(target.ModelId + ":latest", StringComparer.Ordinal)
            ? Result(name, target, true, $"Listed the models at '{target.Endpoint}' and found '{target.ModelId}'.")
            : target.Provider == ModelProviders.Anthropic
                ? await AskForAnswerAsync(name, target, client(), cancellationToken).ConfigureAwait(false)
                : Result(name, target, false, $"'{target.Endpoint}' answered but does not list '{target.ModelId}'. {Cure(target)}{NearestName.Hint(target.ModelId, models)}");
    }

    private static async Task<ModelHealth> AskForAnswerAsync(string name, ModelTarget target, IChatClient client, CancellationToken cancellationToken)
    {
        var response = await client.GetResponseAsync("Reply with OK.", new ChatOptions { MaxOutputTokens = 16 }, cancellationToken).ConfigureAwait(false);
        return Result(name, target, true, $"Asked '{target.Endpoint}' for a short answer and got one of {response.Usage?.OutputTokenCount ?? 0} tokens.");
    }

    private static string ListPath(string provider) => provider switch
    {
        ModelProviders.Anthropic => "v1/models?limit=1000",
        ModelProviders.Ollama => "api/tags",
        _ => "models",
    };

    private static void Authorise(HttpRequestMessage request, ModelTarget target)
    {
        if (target.Provider == ModelProviders.Anthropic)
        {
            request.Headers.Add("anthropic-version", "2023-06-01");
        }

        if (target.ApiKey is not { } key)
        {
            return;
        }

        switch (target.Provider)
        {
            case ModelProviders.Anthropic:
                request.Headers.Add("x-api-key", key);
                break;
            case ModelProviders.OpenAI when ModelProviders.IsAzure(target.Endpoint):
                request.Headers.Add("api-key", key);
                break;
            default:
                request.Headers.Authorization = new("Bearer", key);
                break;
        }
    }

    // OpenAI and Anthropic: {"data":[{"id":...}]}; Ollama: {"models":[{"name":...}]}.
    private static string[] ReadNames(string body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !(root.TryGetProperty("data", out var list) || root.TryGetProperty("models", out list))
            || list.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("The answer is no list of models.");
        }

        return [.. list.EnumerateArray()
            .Where(item => item.ValueKind == JsonValueKind.Object)
            .Select(item => (item.TryGetProperty("id", out var id) || item.TryGetProperty("name", out id)) && id.ValueKind == JsonValueKind.String ? id.GetString() : null)
            .OfType<string>()];
    }

    private static string Cure(ModelTarget target) => target.Provider == ModelProviders.Ollama
        ? $"Run 'ollama pull {target.ModelId}' or change {target.Key}:Model."
        : $"Change {target.Key}:Model.";

    private static ModelHealth Result(string name, ModelTarget target, bool healthy, string detail) =>
        new(name, target.Provider, target.ModelId, healthy, detail);
}
