using Microsoft.Extensions.AI;

namespace KernelHost.Models.Offline;

/// <summary>Cuts a finished reply into updates that add up to it.</summary>
internal static class ReplyStream
{
    public static IEnumerable<ChatResponseUpdate> Updates(ChatResponse response)
    {
        var message = response.Messages[0];
        var calls = message.Contents.Where(static content => content is not TextContent).ToList();
        if (calls.Count > 0)
        {
            yield return Update(response, calls);
        }

        foreach (var content in message.Contents.OfType<TextContent>())
        {
            foreach (var word in Words(content.Text))
            {
                yield return Update(response, [new TextContent(word)]);
            }
        }

        var last = Update(response, response.Usage is null ? [] : [new UsageContent(response.Usage)]);
        last.FinishReason = response.FinishReason;
        yield return last;
    }

    private static ChatResponseUpdate Update(ChatResponse response, IList<AIContent> contents) => new(ChatRole.Assistant, contents)
    {
        ResponseId = response.ResponseId,
        MessageId = response.Messages[0].MessageId,
        ModelId = response.ModelId,
    };

    // A word with the white space behind it.
    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i - 1]) && !char.IsWhiteSpace(text[i]))
            {
                yield return text[start..i];
                start = i;
            }
        }

        if (start < text.Length)
        {
            yield return text[start..];
        }
    }
}
