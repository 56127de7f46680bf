using KernelHost.Policy;

namespace KernelHost.Runs.Replay;

/// <summary>What the gate said to a call.</summary>
/// <param name="Verdict"><c>allow</c>, <c>ask</c>, <c>deny</c>, or <c>invalid</c> when there was no such tool or the arguments did not fit it.</param>
/// <param name="Rule">The rule that decided; empty for <c>invalid</c>.</param>
/// <param name="Reason">Why, in a sentence for people.</param>
public sealed record DecidedAs(string Verdict, string Rule, string Reason)
{
    internal bool Blocks => Verdict is "deny" or "invalid";

    internal static DecidedAs Of(Verdict verdict, string rule, string reason) => new(
        verdict switch
        {
            Policy.Verdict.Allow => "allow",
            Policy.Verdict.Ask => "ask",
            _ => "deny",
        },
        rule,
        reason);

    internal static DecidedAs Invalid(string reason) => new("invalid", "", reason);
}
