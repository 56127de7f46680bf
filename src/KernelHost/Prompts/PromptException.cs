namespace KernelHost.Prompts;

/// <summary>A prompt template cannot be rendered: its form is wrong, it calls a function, or a variable is missing.</summary>
public sealed class PromptException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The cause, if another one.</param>
    public PromptException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
