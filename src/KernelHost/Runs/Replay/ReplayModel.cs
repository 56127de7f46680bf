using System.Text.Json;
using KernelHost.Models;
using KernelHost.Runs.Events;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Replay;

/// <summary>A model that says again what it said in the recording, and fails where it failed.</summary>
internal sealed class ReplayModel(ReplaySegment replay, string name) : IChatClient
{
    private const string NoJsonObject = "The arguments are not a JSON object.";

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (replay.NextOwn is HistoryCompacted { Cause: CompactionCause.ContextLength })
        {
            throw new ModelException(ModelErrorKind.Permanent, replay.Agent.Provider, "", "The conversation was too long.") { Reason = ModelFailureReason.ContextLength };
        }

        var step = replay.State.Run!.Steps + 1;
        if (replay.Recorded.Reply(step) is { } reply)
        {
            if (reply.FellOver?.FirstOrDefault(fell => fell.Model == name) is { } fall)
            {
                throw new ModelException(ModelErrorKind.Temporary, replay.Agent.Provider, "", $"The model '{name}' gave no answer.") { Reason = fall.Reason, RetryAfter = TimeSpan.FromSeconds(fall.RestSeconds), MayBeBilled = fall.Charged is not null };
            }

            return Task.FromResult(Say(reply));
        }

        switch (replay.Recorded.End)
        {
            case null:
                throw replay.End(missing: null);
            case RunInterrupted { Failed: true } interrupted:
                throw Failure(interrupted.Reason, interrupted.Charged is not null);
            case RunInterrupted:
                replay.Cancel();
                throw new OperationCanceledException(cancellationToken);
            case RunCancelled:
                replay.NoticeCancelRequest();
                throw new OperationCanceledException(cancellationToken);
            case RunCompleted { Limit: { } limit } when limit == LimitCheck.WallTime(replay.Agent.For(replay.State.Run!).Limits):
                replay.Clock.FireTimers();
                throw new OperationCanceledException(cancellationToken);
            case RunCompleted { Limit: not null } when options?.ToolMode == ChatToolMode.None:
                throw Failure("The recorded model did not write an answer.", replay.Recorded.End is RunCompleted { Charged: not null });
            default:
                return Task.FromResult(Say(replay.Recording.Reply(step)
                    ?? throw replay.End($"The replay asks the model for step {step}, which was never recorded.")));
        }
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A replay has no observer, so nothing is streamed.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private ChatResponse Say(ModelReplied reply)
    {
        replay.Clock.Elapse(replay.Clock.GetTimestamp(), reply.DurationMs);
        replay.ReplyArrived();
        List<AIContent> contents = [];
        if (reply.Text.Length > 0)
        {
            contents.Add(new TextContent(reply.Text));
        }

        contents.AddRange(reply.Calls.Select(Propose));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
        {
            ModelId = reply.Model,
            Usage = reply.Estimated is true ? null
                : new UsageDetails { InputTokenCount = reply.InputTokens, OutputTokenCount = reply.OutputTokens, CachedInputTokenCount = reply.CachedInputTokens },
        };
    }

    // Arguments that could not be read are not in the journal; what is proposed instead is unreadable in the same way.
    private static FunctionCallContent Propose(ProposedCall call) => call.ArgumentsError switch
    {
        null => new(call.ModelCallId, call.Name, call.Arguments),
        NoJsonObject => new(call.ModelCallId, call.Name, call.Arguments) { Exception = new FormatException(NoJsonObject) },
        _ => new(call.ModelCallId, call.Name, new Dictionary<string, object?> { [""] = default(JsonElement) }),
    };

    private ModelException Failure(string message, bool billed = false) =>
        new(ModelErrorKind.Permanent, replay.Agent.Provider, replay.Agent.ModelId ?? "", message) { MayBeBilled = billed };
}
