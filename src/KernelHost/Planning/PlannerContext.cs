using Microsoft.Extensions.AI;

namespace KernelHost.Planning;

/// <summary>What a planner sees of a run.</summary>
public sealed class PlannerContext
{
    /// <summary>The model.</summary>
    public required IChatClient Client { get; init; }

    /// <summary>The visible messages, instructions first. The list belongs to the run: read it, do not keep or change it.</summary>
    public required IList<ChatMessage> Messages { get; init; }

    /// <summary>The tools offered and the model's settings. Tools are declarations: nothing can be invoked through them.</summary>
    public required ChatOptions Options { get; init; }

    /// <summary>Receives the answer's text as it arrives; <see langword="null"/> when nobody watches, and then nothing is streamed.</summary>
    public Func<string, CancellationToken, ValueTask>? OnText { get; init; }
}
