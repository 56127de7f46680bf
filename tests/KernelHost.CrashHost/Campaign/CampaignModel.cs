using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KernelHost.CrashHost.Campaign;

/// <summary>A model that proposes round after round of calls, going by the conversation alone, so that it goes on in another process.</summary>
/// <param name="world">Counts the calls.</param>
/// <param name="rounds">The tools of each round; the answer follows the last.</param>
internal sealed class CampaignModel(CampaignWorld world, params string[][] rounds) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var round = messages.Count(message => message.Role == ChatRole.Assistant);
        var message = round >= rounds.Length
            ? new ChatMessage(ChatRole.Assistant, "Done.")
            : new ChatMessage(ChatRole.Assistant, [.. rounds[round].Select((tool, i) => (AIContent)Call($"c{round}_{i}", tool))]);
        var (input, output) = (100L + round, 10L + round);
        world.Asked(input + output);
        return Task.FromResult(new ChatResponse(message) { ModelId = "campaign", Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output } });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static FunctionCallContent Call(string id, string tool) =>
        new(id, tool, tool.StartsWith("agent-", StringComparison.Ordinal) ? new Dictionary<string, object?> { ["request"] = "do your part" } : null);
}
