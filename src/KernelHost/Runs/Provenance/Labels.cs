using KernelHost.Runs.Events;

namespace KernelHost.Runs.Provenance;

/// <summary>How far what the models of a session read may be trusted.</summary>
internal static class Labels
{
    /// <summary>The label of both together.</summary>
    public static Integrity Join(Integrity one, Integrity other) => one > other ? one : other;

    /// <summary>The label of what an event gives a model to read.</summary>
    public static Integrity Of(RunEvent runEvent) => runEvent switch
    {
        CallCompleted completed => completed.Integrity,
        CallFailed failed => failed.Integrity ?? Integrity.Trusted,
        RunStarted started => started.RequestIntegrity ?? Integrity.Trusted,
        _ => Integrity.Trusted,
    };
}
