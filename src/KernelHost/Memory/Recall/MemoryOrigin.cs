namespace KernelHost.Memory.Recall;

/// <summary>Where a memory comes from.</summary>
/// <param name="RunId">The run.</param>
/// <param name="CallId">The call in it.</param>
/// <param name="Integrity">The least trusted of what the run had read by then.</param>
/// <param name="At">When.</param>
public sealed record MemoryOrigin(string RunId, string CallId, Integrity Integrity, DateTimeOffset At);
