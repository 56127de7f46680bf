namespace KernelHost.Runs.Budgets;

/// <summary>A run above a sub-run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="SessionId">Its session.</param>
/// <param name="Agent">The agent it began with.</param>
/// <param name="Holder">The agent that has its conversation.</param>
internal sealed record RunAncestor(string RunId, string SessionId, string Agent, string Holder);
