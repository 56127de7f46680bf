namespace KernelHost.Models;

/// <summary>
/// A model did not give a whole answer. The message says what happened, which model it was and what to do; it holds no key and no
/// prompt, so it may be shown. Whatever was streamed before it is a fragment: calls in it must not be executed.
/// </summary>
public sealed class ModelException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">Whether trying again can help.</param>
    /// <param name="provider">The provider's name in configuration.</param>
    /// <param name="modelId">The model's id at the provider.</param>
    /// <param name="message">What happened and what to do, safe to show to people.</param>
    /// <param name="innerException">The cause, for the operator's log only.</param>
    public ModelException(ModelErrorKind kind, string provider, string modelId, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        Provider = provider;
        ModelId = modelId;
    }

    /// <summary>Whether trying again can help.</summary>
    public ModelErrorKind Kind { get; }

    /// <summary>The provider's name in configuration.</summary>
    public string Provider { get; }

    /// <summary>The model's id at the provider.</summary>
    public string ModelId { get; }

    /// <summary>Why, as far as another model could do better.</summary>
    public ModelFailureReason Reason { get; init; }

    /// <summary>The HTTP status of the refusal; <see langword="null"/> when there was no HTTP answer.</summary>
    public int? Status { get; init; }

    /// <summary>Whether the provider may have worked on the request, and bills it, though no whole answer came.</summary>
    /// <value>The default is that it has not: it refused, or was not reached.</value>
    public bool MayBeBilled { get; init; }

    /// <summary>How long the provider asked to wait; <see langword="null"/> when it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
