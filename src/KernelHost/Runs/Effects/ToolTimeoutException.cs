namespace KernelHost.Runs.Effects;

/// <summary>A tool did not answer in its time.</summary>
internal sealed class ToolTimeoutException(TimeSpan timeout, bool ended) : Exception($"No answer within {timeout}.")
{
    public TimeSpan Timeout { get; } = timeout;

    /// <summary>The tool came back when it was cancelled; otherwise it may still be at work.</summary>
    public bool Ended { get; } = ended;
}
