using System.Net;
using System.Text.Json;
using KernelHost.Models.Providers;
using KernelHost.Text;
using Microsoft.Extensions.AI;

namespace KernelHost.Models;

/// <summary>
/// Asks a provider about its models, which costs nothing and proves address, key and model name at once. Where a server has no such
/// route, it asks for the shortest answer instead.
/// </summary>
/// <param name="name">The model's name in configuration.</param>
/// <param name="target">The model.</param>
/// <param name="http">Sends one attempt; throws <see cref="ModelException"/>.</param>
/// <param name="client">Gives the model's client.</param>
internal sealed class ModelCheck(string name, ModelTarget target, HttpClient http, Func<IChatClient> client)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <exception cref="ModelException">The model could not be reached.</exception>
    public async Task<ModelHealth> RunAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(target.Timeout < Patience ? target.Timeout : Patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await AskAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Result(false, $"'{target.Endpoint}' did not answer in time. Check {target.Key}:Endpoint and the network.");
        }
        catch (JsonException)
        {
            return Result(false, $"'{target.Endpoint}' did not answer as an API does. Check {target.Key}:Endpoint: it has to be the base address of the API.");
        }
    }

    private async Task<ModelHealth> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            return target.Provider == ModelProviders.Anthropic
                ? await AskForModelAsync(cancellationToken).ConfigureAwait(false)
                : await AskForListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ModelException exception) when (
            exception.Status is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.MethodNotAllowed or (int)HttpStatusCode.NotImplemented)
        {
            return await AskForAnswerAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ModelHealth> AskForModelAsync(CancellationToken cancellationToken)
    {
        try
        {
            await AnthropicProvider.DescribeModelAsync(target, http, cancellationToken).ConfigureAwait(false);
            return Result(true, $"Asked '{target.Endpoint}' for the model '{target.ModelId}' and found it.");
        }
        catch (Exception exception) when (exception is not ModelException)
        {
            throw new ModelFailures(target).From(exception, cancellationToken);
        }
    }

    private async Task<ModelHealth> AskForListAsync(CancellationToken cancellationToken)
    {
        var path = target.Provider == ModelProviders.Ollama ? "api/tags" : "models";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(target.BaseAddress, path));
        if (target.ApiKey is { } key && ModelProviders.IsAzure(target.Endpoint))
        {
            request.Headers.Add("api-key", key);
        }
        else if (target.ApiKey is not null)
        {
            request.Headers.Authorization = new("Bearer", target.ApiKey);
        }

        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var models = ReadNames(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        if (ModelProviders.IsAzure(target.Endpoint))
        {
            return Result(true, $"Listed {models.Length} models at '{target.Endpoint}'. Azure lists models, not deployments, so the deployment's name is unproven.");
        }

        // Ollama answers to 'llama3' with 'llama3:latest'.
        return models.Contains(target.ModelId, StringComparer.Ordinal) || models.Contains(target.ModelId + ":latest", StringComparer.Ordinal)
            ? Result(true, $"Listed the models at '{target.Endpoint}' and found '{target.ModelId}'.")
            : Result(false, $"'{target.Endpoint}' answered but does not list '{target.ModelId}'. {Cure}{NearestName.Hint(target.ModelId, models)}");
    }

    private async Task<ModelHealth> AskForAnswerAsync(CancellationToken cancellationToken)
    {
        var response = await client().GetResponseAsync("Reply with OK.", new ChatOptions { MaxOutputTokens = 16 }, cancellationToken).ConfigureAwait(false);
        return Result(true, $"Asked '{target.Endpoint}' for a short answer and got one of {response.Usage?.OutputTokenCount ?? 0} tokens.");
    }

    private string Cure => target.Provider == ModelProviders.Ollama
        ? $"Run 'ollama pull {target.ModelId}' or change {target.Key}:Model."
        : $"Change {target.Key}:Model.";

    // OpenAI: {"data":[{"id":...}]}; Ollama: {"models":[{"name":...}]}.
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

    private ModelHealth Result(bool healthy, string detail) => new(name, target.Provider, target.ModelId, healthy, detail);
}
