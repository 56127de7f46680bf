using Microsoft.Extensions.AI;

namespace KernelHost.Models.Offline;

/// <summary>Estimates tokens as a quarter of the characters, rounded up, which is about right for English. No tokens are paid for here.</summary>
internal static class TokenEstimate
{
    private const int CharactersPerToken = 4;

    public static UsageDetails Of(IEnumerable<ChatMessage> input, IEnumerable<AIContent> output)
    {
        var read = Tokens(input.Sum(static message => message.Contents.Sum(Characters)));
        var written = Tokens(output.Sum(Characters));
        return new UsageDetails { InputTokenCount = read, OutputTokenCount = written, TotalTokenCount = read + written };
    }

    private static long Tokens(long characters) => (characters + CharactersPerToken - 1) / CharactersPerToken;

    private static long Characters(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        FunctionCallContent call => call.Name.Length + (call.Arguments?.Sum(static pair => pair.Key.Length + Characters(pair.Value)) ?? 0),
        FunctionResultContent result => Characters(result.Result),
        _ => 0,
    };

    private static long Characters(object? value) => value switch
    {
        null => 0,
        string text => text.Length,
        System.Text.Json.JsonElement { ValueKind: not System.Text.Json.JsonValueKind.Undefined } element => element.GetRawText().Length,
        _ => 8,
    };
}
