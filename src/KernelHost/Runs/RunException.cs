namespace KernelHost.Runs;

/// <summary>A run cannot be started or resumed as asked. The message says why and what to do instead.</summary>
public sealed class RunException(string message) : Exception(message);
