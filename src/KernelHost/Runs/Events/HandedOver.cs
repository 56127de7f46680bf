using KernelHost.Agents;

namespace KernelHost.Runs.Events;

/// <summary>
/// An agent gave the conversation to another. The run goes on under that one as soon as the other calls of the same reply have their
/// outcomes: under its instructions, tools, policy and limits, with what the run has used so far counted.
/// </summary>
public sealed class HandedOver : CallEvent
{
    /// <summary>The agent that gave it away.</summary>
    public required string From { get; init; }

    /// <summary>The agent that has it from here on.</summary>
    public required string To { get; init; }

    /// <summary>Why, in the words of the model that did it.</summary>
    public required string Reason { get; init; }

    /// <summary>The instructions the model gets from here on, rendered.</summary>
    public required string Instructions { get; init; }

    /// <summary>The version of the policy in force from here on.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>What the citations of the answer must be like from here on; <see langword="null"/> in a run in which nothing is verified.</summary>
    public GroundingRules? Grounding { get; init; }
}
