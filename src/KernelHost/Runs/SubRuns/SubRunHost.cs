using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.SubRuns;

/// <summary>Makes the runs that calls of a run start, and knows the agents that take conversations over. The engine really makes them; a replay answers from the journal.</summary>
internal abstract class SubRunHost
{
    /// <summary>The ids of the run for a call that has none yet.</summary>
    public abstract SubRunRef NewRef(string callId);

    /// <summary>
    /// Starts the sub-runs of these calls, or takes them up where they stand, and gives each as soon as it has ended or waits. Nothing
    /// of them goes on when the enumeration has ended, however it ends.
    /// </summary>
    /// <param name="parent">The session of the run that calls.</param>
    /// <param name="calls">Its calls, announced on disk.</param>
    /// <param name="parallel">How many run at once.</param>
    /// <param name="cancellationToken">Interrupts the sub-runs; they can be resumed.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="SubRunException">A sub-run that has begun cannot be taken up.</exception>
    public abstract IAsyncEnumerable<SubRunEnd> RunAsync(
        SessionState parent, IReadOnlyList<SubRunCall> calls, int parallel, CancellationToken cancellationToken);

    /// <summary>The agent that a conversation is to be handed over to; <see langword="null"/> when it cannot be used.</summary>
    public abstract ValueTask<BoundAgent?> FindAgentAsync(string name, CancellationToken cancellationToken);

    /// <summary>Whether a sub-run of an open call could go on by now.</summary>
    public abstract ValueTask<bool> HasNewsAsync(RunState run);
}

/// <summary>A call whose sub-run is to be made.</summary>
/// <param name="Call">The call.</param>
/// <param name="Limits">What the sub-run may use when it has yet to begin.</param>
internal readonly record struct SubRunCall(CallState Call, SubRunLimits Limits);

/// <summary>What came of a sub-run.</summary>
/// <param name="Call">The call.</param>
/// <param name="Outcome">Makes the outcome of the call in the run above; <see langword="null"/> while the sub-run waits for people.</param>
internal readonly record struct SubRunEnd(CallState Call, Func<SessionState, CallEvent>? Outcome);

/// <summary>A sub-run that has begun cannot be taken up, so its work would be lost. The run above is interrupted until that is put right.</summary>
internal sealed class SubRunException(string message, Exception? innerException = null) : Exception(message, innerException);
