using KernelHost.Models.Http;
using Polly.Timeout;

namespace KernelHost.Models;

/// <summary>Reads off a failure whether another model could do better. Providers say so in words of their own, so these are looked for.</summary>
internal static class FailureReason
{
    private static readonly string[] Length =
        ["context_length_exceeded", "context length", "context window", "maximum context", "prompt is too long", "too many tokens", "input is too long", "exceeds the available context", "request_too_large"];

    private static readonly string[] Filter = ["content_filter", "content filter", "ResponsibleAIPolicyViolation", "content management policy"];

    private static readonly string[] Rate = ["rate_limit", "rate limit"];

    /// <param name="status">The HTTP status of a refusal.</param>
    /// <param name="body">Its body; untrusted.</param>
    public static ModelFailureReason Of(int status, string body) => status switch
    {
        402 => ModelFailureReason.Quota,
        429 => ProviderText.IsQuota(body) ? ModelFailureReason.Quota : ModelFailureReason.RateLimit,
        413 => ModelFailureReason.ContextLength,
        400 or 422 when Holds(body, Length) => ModelFailureReason.ContextLength,
        400 or 403 or 422 when Holds(body, Filter) => ModelFailureReason.ContentFilter,
        408 => ModelFailureReason.Timeout,
        >= 500 => ModelFailureReason.Unavailable,
        _ => ModelFailureReason.Other,
    };

    /// <param name="cause">What a transport threw.</param>
    public static ModelFailureReason Of(Exception cause) => cause switch
    {
        TimeoutRejectedException or TimeoutException => ModelFailureReason.Timeout,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => ModelFailureReason.Other,
        HttpRequestException or IOException => ModelFailureReason.Unavailable,
        _ => ModelFailureReason.Other,
    };

    /// <param name="frame">A fault that came inside an answer of status 200; untrusted.</param>
    public static ModelFailureReason InAnswer(string frame) => Holds(frame, Length) ? ModelFailureReason.ContextLength
        : Holds(frame, Filter) ? ModelFailureReason.ContentFilter
        : ProviderText.IsQuota(frame) ? ModelFailureReason.Quota
        : Holds(frame, Rate) ? ModelFailureReason.RateLimit
        : ModelFailureReason.Unavailable;

    private static bool Holds(string text, string[] words) => Array.Exists(words, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
