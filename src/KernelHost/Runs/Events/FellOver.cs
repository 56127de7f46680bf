using KernelHost.Models;

namespace KernelHost.Runs.Events;

/// <summary>A model gave no answer, and another was asked.</summary>
/// <param name="Model">The model's name in configuration.</param>
/// <param name="Reason">Why it gave none.</param>
/// <param name="RestSeconds">How long the run does without it from here on.</param>
/// <param name="Charged">What is charged for the call, which may be billed; <see langword="null"/> when it costs nothing.</param>
public sealed record FellOver(string Model, ModelFailureReason Reason, int RestSeconds, ModelCharge? Charged = null);
