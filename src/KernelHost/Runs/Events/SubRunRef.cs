namespace KernelHost.Runs.Events;

/// <summary>The run that an agent makes for a call of another agent's run.</summary>
/// <param name="SessionId">Its session, which holds this run only.</param>
/// <param name="RunId">The run.</param>
public sealed record SubRunRef(string SessionId, string RunId);

/// <summary>What a sub-run may use at most, beside the limits of its own agent.</summary>
/// <param name="Steps">Model calls.</param>
/// <param name="ToolCalls">Tool calls.</param>
/// <param name="Tokens">Tokens, sent and received together.</param>
/// <param name="WallTime">Time it may work.</param>
public sealed record SubRunLimits(int Steps, int ToolCalls, long Tokens, TimeSpan WallTime);
