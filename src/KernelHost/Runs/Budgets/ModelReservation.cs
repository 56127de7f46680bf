using KernelHost.Runs.Events;

namespace KernelHost.Runs.Budgets;

/// <summary>What is set aside for one model call.</summary>
/// <param name="InputTokens">What is sent, as estimated.</param>
/// <param name="OutputTokens">What may be written.</param>
/// <param name="CostMicros">What both cost; <see langword="null"/> when the model has no price.</param>
internal readonly record struct ModelReservation(long InputTokens, long OutputTokens, long? CostMicros)
{
    /// <summary>The charge when nobody learns what the call really used.</summary>
    public ModelCharge ToCharge() => new(InputTokens, OutputTokens, CostMicros);
}
