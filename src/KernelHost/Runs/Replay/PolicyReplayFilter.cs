namespace KernelHost.Runs.Replay;

/// <summary>Which runs to decide again.</summary>
/// <param name="Since">Only runs started at this time or later.</param>
/// <param name="Agent">Only runs of this agent.</param>
public sealed record PolicyReplayFilter(DateTimeOffset? Since = null, string? Agent = null);
