namespace KernelHost;

/// <summary>
/// A failure whose message is meant for the model: it may correct its call by it. Every other exception reaches the model only
/// as "An error occurred", because its text may hold secrets.
/// </summary>
public sealed class ToolException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong with the call and what to do instead. It is shown to the model and to people.</param>
    /// <param name="innerException">The cause, for the operator's log only.</param>
    public ToolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Whether the same call may well succeed in a moment: a service that is busy, a connection that broke. The host then makes a call
    /// again that may be repeated (<see cref="ToolEffect.Read"/>, <see cref="ToolEffect.Idempotent"/>, and
    /// <see cref="ToolEffect.Keyed"/> with the same key), a few times, before the model learns of the failure.
    /// </summary>
    /// <value><see langword="false"/></value>
    public bool IsTransient { get; init; }
}
