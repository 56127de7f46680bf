namespace KernelHost.Runs.Replay;

/// <summary>The recording goes no further: the recorded process died here, or the replay has left the recorded path and asks for what nobody recorded.</summary>
internal sealed class ReplayEndException(string? missing = null) : Exception(missing ?? "The recorded process ended here.")
{
    /// <summary>What the recording does not hold; <see langword="null"/> when it simply ends.</summary>
    public string? Missing { get; } = missing;
}
