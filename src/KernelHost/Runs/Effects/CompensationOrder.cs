namespace KernelHost.Runs.Effects;

/// <summary>A person wants a call undone.</summary>
/// <param name="RunId">The run whose call it was.</param>
/// <param name="CallId">The call, as the run numbers it: <c>1.1</c>.</param>
/// <param name="By">Who orders it; an approver on a host that knows its approvers.</param>
/// <param name="Reason">Why; the model of the session's next run reads it.</param>
public sealed record CompensationOrder(string RunId, string CallId, string By, string Reason);

/// <summary>What came of an order to undo a call.</summary>
/// <param name="RunId">The run whose call it was.</param>
/// <param name="CallId">The call.</param>
/// <param name="Tool">The tool, as <c>plugin/tool</c>.</param>
/// <param name="Result">What was done, as the plugin says: a string, a JSON value or <see langword="null"/>.</param>
/// <param name="Error">Why it is not undone; <see langword="null"/> when it is.</param>
public sealed record CompensationResult(string RunId, string CallId, string Tool, object? Result, string? Error);
