using KernelHost.Text;

namespace KernelHost.Models;

/// <summary>Why a model gave no answer, as far as another model could do better.</summary>
public enum ModelFailureReason
{
    /// <summary>Something no other model cures: a wrong key or name, or an answer nobody can read.</summary>
    Other,

    /// <summary>Too many requests for now.</summary>
    RateLimit,

    /// <summary>The account has used up what it paid for.</summary>
    Quota,

    /// <summary>Nothing answers, the connection breaks, or the provider has a fault of its own.</summary>
    Unavailable,

    /// <summary>No answer came in time.</summary>
    Timeout,

    /// <summary>The conversation is longer than the model's window.</summary>
    ContextLength,

    /// <summary>The provider refuses to answer because of what the conversation holds.</summary>
    ContentFilter,
}

/// <summary>The reasons as they stand in an agent's file.</summary>
internal static class ModelFailureReasons
{
    /// <exception cref="ArgumentException">There is no such reason.</exception>
    public static ModelFailureReason Parse(string word) =>
        Enum.TryParse<ModelFailureReason>(word, ignoreCase: true, out var reason) && reason != ModelFailureReason.Other
            ? reason
            : throw new ArgumentException($"'{VisibleText.Escape(word)}' is no reason to fall over.");
}
