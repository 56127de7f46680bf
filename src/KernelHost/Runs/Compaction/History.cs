using KernelHost.Runs.Budgets;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Compaction;

/// <summary>How a conversation is cut, and what it is after the cut. Pure: the same messages give the same result in every process.</summary>
internal static class History
{
    /// <summary>How many messages behind the instructions a summary may stand for, so that about so many tokens of the latest stay.</summary>
    /// <param name="messages">The conversation, instructions first, every call with its result.</param>
    /// <param name="keep">Tokens to keep of the latest messages; the last round stays in any case.</param>
    /// <param name="request">The latest request, which stays and so is no gain.</param>
    /// <returns>0 when there is nothing worth a summary: one that gains little would be made again at every step.</returns>
    public static int Cut(List<ChatMessage> messages, long keep, string request)
    {
        var end = messages.Count;
        var kept = 0L;
        for (var i = messages.Count - 1; i > 0; i--)
        {
            kept += Tokens(messages[i]);
            if (kept > keep && end < messages.Count)
            {
                break;
            }

            // Results follow their calls directly, so behind a message of results there is always a clean cut, and before one never.
            if (messages[i].Role != ChatRole.Tool)
            {
                end = i;
            }
        }

        var gain = 0L;
        var stays = Request(messages, request);
        for (var i = 1; i < end; i++)
        {
            gain += i == stays ? 0 : Tokens(messages[i]);
        }

        return gain >= keep * 3 / 4 ? end - 1 : 0;
    }

    /// <summary>Puts a summary in the place of the messages it stands for. The request stays as it is.</summary>
    public static void Compact(List<ChatMessage> messages, int upTo, string summary, string request)
    {
        upTo = Math.Min(upTo, messages.Count - 1);
        var kept = Request(messages, request) is var at && at > 0 && at <= upTo ? messages[at] : null;
        messages.RemoveRange(1, upTo);
        messages.Insert(1, new ChatMessage(ChatRole.User, summary));
        if (kept is not null)
        {
            messages.Insert(2, kept);
        }
    }

    private static int Request(List<ChatMessage> messages, string request) =>
        messages.FindLastIndex(message => message.Role == ChatRole.User && message.Text == request);

    public static long Tokens(IReadOnlyList<ChatMessage> messages) => messages.Sum(Tokens);

    private static long Tokens(ChatMessage message) => TokenCount.OfMessage(message.Contents.Sum(static content => content switch
    {
        TextContent text => TokenCount.Bytes(text.Text),
        FunctionCallContent call => TokenCount.Bytes(call.Name) + TokenCount.Bytes(call.Arguments),
        FunctionResultContent result => TokenCount.Bytes(result.Result),
        _ => 0,
    }));
}
