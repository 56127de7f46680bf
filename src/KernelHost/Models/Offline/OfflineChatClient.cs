using System.Runtime.CompilerServices;
using System.Text.Json;
using KernelHost.Models.Offline.Answers;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Steps;
using KernelHost.Models.Offline.Tools;
using Microsoft.Extensions.AI;

namespace KernelHost.Models.Offline;

/// <summary>
/// A chat client without a language model and without a network: it chooses among the offered tools by the words of the request,
/// fills their arguments with values that the conversation holds, and puts answers together from the results. Every answer says so
/// and says how to configure a model.
/// </summary>
/// <remarks>
/// Everything is derived from the messages and options of the request: there is no state, so the client is safe for concurrent use
/// and the same request gives the same reply in any process. Text in results is data; only user messages are read for what to do.
/// </remarks>
public sealed class OfflineChatClient : IChatClient
{
    /// <summary>The model name in replies and metadata.</summary>
    public const string ModelId = "offline";

    private const int MostCallsAtOnce = 8;
    private const int MostCallsInTurn = 40;
    private const int LongestAnswerToQuestion = 400;

    private static readonly ChatClientMetadata Metadata = new("kernelhost", providerUri: null, ModelId);

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<ChatResponse>(cancellationToken);
        }

        return Task.FromResult(Reply(messages as IReadOnlyList<ChatMessage> ?? [.. messages], options));
    }

    /// <inheritdoc/>
    /// <remarks>The text comes word by word, the tool calls of a reply in one update, the usage in the last one.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(messages, options, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? Metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (var update in ReplyStream.Updates(response))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return update;
        }
    }

    private static ChatResponse Reply(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var conversation = Conversation.Read(messages);
        var tools = ToolProfile.ReadAll(options?.Tools);
        if (options?.ToolMode is RequiredChatToolMode { RequiredFunctionName: { } required })
        {
            tools.RemoveAll(tool => tool.Name != required);
        }

        var mayCall = options?.ToolMode is not NoneChatToolMode && conversation.Calls.Count(call => call.Turn == conversation.Turn) < MostCallsInTurn;
        var work = Work(conversation, tools);
        var calls = mayCall ? work.Calls.Take(MostCallsAtOnce).ToList() : [];
        var contents = calls.Count > 0
            ? CallIds.Assign(calls, conversation)
            : [new TextContent(new AnswerComposer(conversation, work, tools, mayCall).Compose())];
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = $"offline-{messages.Count}" })
        {
            ResponseId = $"offline-{messages.Count}",
            ModelId = ModelId,
            FinishReason = calls.Count > 0 ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
            Usage = TokenEstimate.Of(messages, contents),
        };
    }

    // A short message after a question of ours may be its answer: then it is read together with the request it completes.
    private static RequestWork Work(Conversation conversation, List<ToolProfile> tools)
    {
        var actions = Actions(tools);
        var request = new Request(conversation.Text, conversation.Today, actions);
        var work = new RequestWork(conversation, tools, request, request.Tokens.Count, conversation.Turn);
        var earlier = conversation.EarlierTexts;
        if (earlier.Count == 0 || conversation.Text.Length is 0 or > LongestAnswerToQuestion || !conversation.LastAnswer.Contains(AnswerComposer.AsksFor, StringComparison.Ordinal)
            || work.Results.Exists(static result => result.Clause.IsChange || (result.Clause.Kind != ClauseKind.Statement && result.State is ClauseState.Served or ClauseState.NeedsInput)))
        {
            return work;
        }

        var asked = earlier[^1];
        var joined = new Request(asked + "\n" + conversation.Text, conversation.Today, actions);
        var answerFrom = joined.Tokens.FindIndex(token => token.Start >= asked.Length);
        return answerFrom < 0 ? work : new RequestWork(conversation, tools, joined, answerFrom, conversation.Turn - 1);
    }

    // The verbs of the tools, and the actions their names speak of ("refund" of issue_refund), so that orders are recognised.
    private static HashSet<string> Actions(List<ToolProfile> tools)
    {
        var actions = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tool in tools)
        {
            if (tool.Kind == ToolKind.Change)
            {
                actions.UnionWith(tool.Verb is null ? [] : [tool.Verb]);
                actions.UnionWith(tool.DescriptionVerb is null ? [] : [tool.DescriptionVerb]);
            }
        }

        return actions;
    }
}
