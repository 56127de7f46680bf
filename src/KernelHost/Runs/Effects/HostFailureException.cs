namespace KernelHost.Runs.Effects;

/// <summary>A call failed, and the host itself says how.</summary>
/// <param name="message">What a model may read.</param>
/// <param name="cause">What only whoever runs the host may read; <see langword="null"/> for nothing more.</param>
internal sealed class HostFailureException(string message, string? cause) : Exception(message)
{
    public string? Cause { get; } = cause;
}
