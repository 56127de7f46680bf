using KernelHost.Agents;

namespace KernelHost.Runs.Grounding;

/// <summary>What an answer is verified against.</summary>
internal sealed record GroundingInput
{
    /// <summary>The rules of the agent that answers.</summary>
    public required GroundingRules Rules { get; init; }

    /// <summary>Every passage of the conversation; number n stands at n - 1.</summary>
    public required IReadOnlyList<Citation> Passages { get; init; }

    /// <summary>The principal and the groups it belongs to.</summary>
    public required IReadOnlyCollection<string> Readers { get; init; }

    /// <summary>What the principal asked; its words may be quoted back.</summary>
    public string Request { get; init; } = "";

    /// <summary>What tools other than searches returned in the conversation. Asked for once at most, and only when it matters.</summary>
    public Func<string> ToolResults { get; init; } = static () => "";

    /// <summary>The run has searched, and no search of it found anything.</summary>
    public bool FoundNothing { get; init; }
}

/// <summary>An answer as the principal gets it.</summary>
/// <param name="Answer">Its text.</param>
/// <param name="Citations">The passages it cites, in the order of their numbers.</param>
/// <param name="Report">How it stood up to its sources; <see langword="null"/> when there was nothing to verify.</param>
internal sealed record GroundedAnswer(string Answer, IReadOnlyList<Citation> Citations, GroundingReport? Report);
