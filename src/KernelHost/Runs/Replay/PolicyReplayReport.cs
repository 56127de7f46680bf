namespace KernelHost.Runs.Replay;

/// <summary>What another policy would have decided on recorded calls.</summary>
public sealed record PolicyReplayReport
{
    /// <summary>The version of the policy.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>The runs that were looked at.</summary>
    public required int Runs { get; init; }

    /// <summary>The calls that were decided again.</summary>
    public required int Calls { get; init; }

    /// <summary>Calls that the recorded run proposed and ended before deciding; there is nothing to compare them with.</summary>
    public required int Undecided { get; init; }

    /// <summary>Calls that get the same verdict by another rule.</summary>
    public required int OtherRule { get; init; }

    /// <summary>Calls for which people were asked.</summary>
    public required int PromptsRecorded { get; init; }

    /// <summary>Calls for which people would be asked, among those that could be decided again.</summary>
    public required int Prompts { get; init; }

    /// <summary>The calls whose verdict would be another, oldest session first.</summary>
    public required IReadOnlyList<DecisionChange> Changes { get; init; }

    /// <summary>Tools that recorded calls were decided for and that are not installed now. Their calls cannot be decided again.</summary>
    public required IReadOnlyList<MissingTool> MissingTools { get; init; }

    /// <summary>The changes that would keep a call that succeeded from being made.</summary>
    public IEnumerable<DecisionChange> Blocked => Changes.Where(change => change.Blocks);
}

/// <summary>A tool that is not installed any more.</summary>
/// <param name="Tool">The tool, as <c>plugin/tool</c>.</param>
/// <param name="Calls">How many recorded calls were decided for it.</param>
/// <param name="Succeeded">How many of them returned a result.</param>
/// <param name="Prompts">How many of them people were asked about.</param>
public sealed record MissingTool(string Tool, int Calls, int Succeeded, int Prompts);
