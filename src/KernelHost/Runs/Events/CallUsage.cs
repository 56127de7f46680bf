namespace KernelHost.Runs.Events;

/// <summary>What the model calls that a plugin made within a call have used of the run.</summary>
/// <param name="ModelCalls">How many there were.</param>
/// <param name="InputTokens">Tokens sent.</param>
/// <param name="OutputTokens">Tokens received.</param>
/// <param name="CostMicros">What they cost, in millionths of the host's currency.</param>
public sealed record CallUsage(int ModelCalls, long InputTokens, long OutputTokens, long CostMicros);
