namespace KernelHost.Runs.Effects;

/// <summary>A call failed, and the host itself says how: a message that a model may read and that vouches for nothing else.</summary>
internal sealed class HostFailureException(string message) : Exception(message);
