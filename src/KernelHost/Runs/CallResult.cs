using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;

namespace KernelHost.Runs;

/// <summary>What a call returned, for people.</summary>
public static class CallResult
{
    /// <summary>The whole result as text: a string as it is, anything else as JSON; empty for none.</summary>
    /// <param name="completed">The event that tells of it.</param>
    public static string Text(CallCompleted completed)
    {
        ArgumentNullException.ThrowIfNull(completed);
        return ResultCap.Text(completed.FullResult ?? completed.Result);
    }
}
