namespace KernelHost.Runs;

/// <summary>An operator has stopped the run; its message says what, who, when and why.</summary>
internal sealed class RunStoppedException(string message) : Exception(message);
