using KernelHost.Catalog;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Stops;

/// <summary>Asked before every model call and every call of a tool whether an operator has stopped it. Safe for concurrent use.</summary>
internal abstract class KillSwitch
{
    /// <summary>Nothing is ever stopped.</summary>
    public static KillSwitch None { get; } = new Nothing();

    /// <summary>Why the run may not go on, in a sentence for people; <see langword="null"/> when it may.</summary>
    /// <param name="session">The session; its latest run is meant.</param>
    /// <param name="ancestors">The runs above it.</param>
    public abstract string? StoppedRun(SessionState session, IReadOnlyList<RunAncestor> ancestors);

    /// <summary>Why the call may not be made, in a sentence for the model; <see langword="null"/> when it may.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="tool">What would be called.</param>
    public abstract string? StoppedCall(string callId, Tool tool);

    /// <summary>Why a new run may not begin; <see langword="null"/> when it may.</summary>
    /// <param name="agent">The agent's name.</param>
    /// <param name="sessionId">The session.</param>
    public abstract string? StoppedStart(string agent, string sessionId);

    private sealed class Nothing : KillSwitch
    {
        public override string? StoppedRun(SessionState session, IReadOnlyList<RunAncestor> ancestors) => null;

        public override string? StoppedCall(string callId, Tool tool) => null;

        public override string? StoppedStart(string agent, string sessionId) => null;
    }
}
