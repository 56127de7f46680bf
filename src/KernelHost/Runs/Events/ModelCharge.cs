namespace KernelHost.Runs.Events;

/// <summary>
/// What is charged for a model call of which no reply came: the process died, or the call was cut off, and the provider may bill it. As much as
/// was reserved, because nobody knows better.
/// </summary>
/// <param name="InputTokens">Tokens that were sent, as estimated.</param>
/// <param name="OutputTokens">Tokens that may have been written.</param>
/// <param name="CostMicros">What that costs in millionths of the currency; <see langword="null"/> when the model has no price.</param>
public sealed record ModelCharge(long InputTokens, long OutputTokens, long? CostMicros);
