using Microsoft.Extensions.AI;

namespace KernelHost.Planning;

/// <summary>The default planner: one model call with the tools offered, in manual mode.</summary>
public sealed class FunctionCallingPlanner : Planner
{
    /// <summary>The one instance; the planner has no state.</summary>
    public static FunctionCallingPlanner Instance { get; } = new();

    /// <inheritdoc/>
    public override ValueTask<ChatResponse> NextAsync(PlannerContext context, CancellationToken cancellationToken) =>
        context.OnText is null
            ? new ValueTask<ChatResponse>(context.Client.GetResponseAsync(context.Messages, context.Options, cancellationToken))
            : StreamAsync(context, context.OnText, cancellationToken);

    private static async ValueTask<ChatResponse> StreamAsync(
        PlannerContext context, Func<string, CancellationToken, ValueTask> onText, CancellationToken cancellationToken)
    {
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in context.Client.GetStreamingResponseAsync(context.Messages, context.Options, cancellationToken))
        {
            updates.Add(update);
            if (update.Text is { Length: > 0 } text)
            {
                await onText(text, cancellationToken);
            }
        }

        return updates.ToChatResponse();
    }
}
