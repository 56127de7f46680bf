using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace KernelHost.Bench;

/// <summary>A model in the process that asks for a number of tool rounds and then answers. It reads nothing, so what is measured is the loop.</summary>
internal sealed class ScriptedModel(string toolName, int rounds) : IChatClient
{
    private static readonly JsonElement Two = JsonElement.Parse("2");
    private static readonly JsonElement Three = JsonElement.Parse("3");
    private readonly UsageDetails _usage = new() { InputTokenCount = 1, OutputTokenCount = 1 };
    private int _round;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage message;
        if (_round++ < rounds)
        {
            message = new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call", toolName, new Dictionary<string, object?> { ["a"] = Two, ["b"] = Three })]);
        }
        else
        {
            _round = 0;
            message = new ChatMessage(ChatRole.Assistant, "5");
        }

        return Task.FromResult(new ChatResponse(message) { ModelId = "scripted", Usage = _usage });
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
}
