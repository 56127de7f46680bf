using System.Text.Json;
using KernelHost.Models.Offline;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Models.Offline;

/// <summary>A user talking to the offline client through a loop like the host's: calls are answered and the client is asked again.</summary>
internal sealed class OfflineConversation(IEnumerable<AITool> tools, string? system = null)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly OfflineChatClient Client = new();
    private readonly Dictionary<string, Func<IReadOnlyDictionary<string, object?>, object?>> _results = new(StringComparer.Ordinal);

    public List<ChatMessage> Messages { get; } = system is null ? [] : [new ChatMessage(ChatRole.System, system)];

    public ChatOptions Options { get; } = new() { Tools = [.. tools] };

    /// <summary>The calls of each round of the last request, as "name {arguments}".</summary>
    public List<string[]> Rounds { get; } = [];

    public string Answer { get; private set; } = "";

    public OfflineConversation Returns(string tool, object? result) => Returns(tool, _ => result);

    public OfflineConversation Returns(string tool, Func<IReadOnlyDictionary<string, object?>, object?> result)
    {
        _results[tool] = result;
        return this;
    }

    public string[] Calls => [.. Rounds.SelectMany(static round => round)];

    public async Task<OfflineConversation> AskAsync(string text)
    {
        Rounds.Clear();
        Messages.Add(new ChatMessage(ChatRole.User, text));
        for (var round = 0; round < 10; round++)
        {
            var response = await Client.GetResponseAsync(Messages, Options, TestContext.Current.CancellationToken);
            await AssertStreamsTheSameAsync(response);
            Messages.AddRange(response.Messages);
            var calls = response.Messages[0].Contents.OfType<FunctionCallContent>().ToList();
            if (calls.Count == 0)
            {
                Answer = response.Text;
                return this;
            }

            Rounds.Add([.. calls.Select(static call => $"{call.Name} {JsonSerializer.Serialize(call.Arguments, Readable)}")]);
            Messages.Add(new ChatMessage(ChatRole.Tool, [.. calls.Select(call => (AIContent)new FunctionResultContent(call.CallId, Result(call)))]));
        }

        throw new InvalidOperationException("The client still calls tools after ten rounds: " + string.Join(" | ", Calls));
    }

    private object? Result(FunctionCallContent call) =>
        _results.TryGetValue(call.Name, out var result) ? result(new Dictionary<string, object?>(call.Arguments!)) : "Error: no result is prepared.";

    private async Task AssertStreamsTheSameAsync(ChatResponse response)
    {
        var streamed = await Client.GetStreamingResponseAsync(Messages, Options, TestContext.Current.CancellationToken).ToChatResponseAsync();
        Assert.Equal(response.Text, streamed.Text);
        Assert.Equal(response.FinishReason, streamed.FinishReason);
        Assert.Equal(response.Usage?.TotalTokenCount, streamed.Usage?.TotalTokenCount);
        Assert.Equal(Describe(response), Describe(streamed));
    }

    private static string Describe(ChatResponse response) => string.Join(";", response.Messages.SelectMany(static message => message.Contents)
        .OfType<FunctionCallContent>().Select(static call => $"{call.CallId} {call.Name} {JsonSerializer.Serialize(call.Arguments)}"));
}
