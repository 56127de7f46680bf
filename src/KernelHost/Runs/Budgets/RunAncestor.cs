namespace KernelHost.Runs.Budgets;

/// <summary>A run above a sub-run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="SessionId">Its session.</param>
/// <param name="Agent">Its agent.</param>
internal sealed record RunAncestor(string RunId, string SessionId, string Agent);
