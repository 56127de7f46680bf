using KernelHost.Models;
using KernelHost.Runs.Events;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Replay;

/// <summary>A model that writes the recorded summaries again, and none where none was recorded.</summary>
internal sealed class ReplaySummaries(ReplaySegment replay) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (replay.NextOwn is not HistoryCompacted { Model: { } model } compacted)
        {
            return replay.NextOwn is null && replay.Recorded.End is null ? throw replay.End(missing: null)
                : throw new ModelException(ModelErrorKind.Temporary, replay.Agent.Provider, "", "No summary was recorded here.") { MayBeBilled = replay.NextOwn is HistoryCompacted { Charged: not null } };
        }

        replay.Clock.Elapse(replay.Clock.GetTimestamp(), compacted.DurationMs);
        replay.ReplyArrived();

        // What the host wrote before the summary stands in one line.
        var text = compacted.Summary[(compacted.Summary.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, text))
        {
            ModelId = model,
            Usage = new UsageDetails { InputTokenCount = compacted.Charged?.InputTokens, OutputTokenCount = compacted.Charged?.OutputTokens },
        });
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Summaries are not streamed.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
