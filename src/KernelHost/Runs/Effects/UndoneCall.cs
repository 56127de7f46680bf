using KernelHost.Runs.Events;

namespace KernelHost.Runs.Effects;

/// <summary>What the model reads of a call that was undone behind its back.</summary>
internal static class UndoneCall
{
    public static string Describe(CompensationCompleted undone) =>
        $"[Note of the host] The earlier call {undone.CallId} of {undone.Tool} was undone by a person, and does not hold any more. Reason: {undone.Reason}";
}
