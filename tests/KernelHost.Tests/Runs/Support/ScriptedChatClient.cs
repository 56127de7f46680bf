using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Runs.Support;

/// <summary>A model whose replies the test writes. Each reply may look at the conversation; the last one repeats.</summary>
internal sealed class ScriptedChatClient(params Func<IReadOnlyList<ChatMessage>, ChatResponse>[] replies) : IChatClient
{
    public List<ChatOptions?> Options { get; } = [];

    public List<IReadOnlyList<ChatMessage>> Requests { get; } = [];

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<ChatMessage> seen = [.. messages];
        Requests.Add(seen);
        Options.Add(options);
        var reply = replies[Math.Min(Round(seen), replies.Length - 1)](seen);
        return Task.FromResult(reply);
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

    public static Func<IReadOnlyList<ChatMessage>, ChatResponse> Says(string text) => _ => new ChatResponse(new ChatMessage(ChatRole.Assistant, text))
    {
        ModelId = "scripted",
        Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5 },
    };

    public static Func<IReadOnlyList<ChatMessage>, ChatResponse> Calls(params (string Name, object? Arguments)[] calls) => seen =>
    {
        var round = Round(seen);
        List<AIContent> contents = [.. calls.Select((call, i) => new FunctionCallContent($"call_{round}_{i}", call.Name, ToArguments(call.Arguments)))];
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
        {
            ModelId = "scripted",
            FinishReason = ChatFinishReason.ToolCalls,
            Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5 },
        };
    };

    // The script follows the conversation, not a counter, so a resumed run in another process goes on where it was.
    private static int Round(IReadOnlyList<ChatMessage> seen) =>
        seen.Skip(seen.ToList().FindLastIndex(message => message.Role == ChatRole.User)).Count(message => message.Role == ChatRole.Assistant);

    private static Dictionary<string, object?>? ToArguments(object? arguments) => arguments?.GetType().GetProperties()
        .ToDictionary(property => property.Name, property => (object?)System.Text.Json.JsonSerializer.SerializeToElement(property.GetValue(arguments)));
}
