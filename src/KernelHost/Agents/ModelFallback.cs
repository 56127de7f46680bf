namespace KernelHost.Agents;

/// <summary>A model to use when the one before it gives no answer.</summary>
/// <param name="Model">A name in <c>KernelHost:Models</c>.</param>
/// <param name="On">For which reasons: <c>rateLimit</c>, <c>quota</c>, <c>unavailable</c>, <c>timeout</c>, <c>contextLength</c>, <c>contentFilter</c>.</param>
public sealed record ModelFallback(string Model, IReadOnlyList<string> On)
{
    /// <summary>Every reason there is.</summary>
    internal static readonly string[] Reasons = ["rateLimit", "quota", "unavailable", "timeout", "contextLength", "contentFilter"];

    /// <summary>The reasons of a fallback that names none: what passes, and is not the conversation's fault.</summary>
    internal static readonly string[] Usual = ["rateLimit", "unavailable", "timeout"];
}
