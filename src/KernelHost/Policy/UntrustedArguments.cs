using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>What a rule says of control arguments that were filled from untrusted content.</summary>
/// <param name="Any">The rule is only about calls in which at least one was.</param>
/// <param name="Named">The rule is only about calls in which at least one of these was.</param>
/// <param name="Endorsed">Arguments of an <c>allow</c> rule whose values may come from anywhere.</param>
internal sealed record UntrustedArguments(bool Any, IReadOnlyList<YamlScalar>? Named, IReadOnlyList<YamlScalar>? Endorsed)
{
    public static readonly UntrustedArguments NotNamed = new(false, null, null);

    /// <summary>Whether it narrows what the rule matches.</summary>
    public bool IsCondition => Any || Named is not null;

    /// <summary>Whether the rule is about a call with these findings.</summary>
    public bool Matches(IReadOnlyList<UntrustedValue>? untrusted) => !IsCondition
        || (untrusted is not null && (Any || untrusted.Any(value => Named!.Any(name => name.Text == value.Argument))));

    /// <summary>Whether the rule takes all of them upon itself.</summary>
    public bool Endorse(IReadOnlyList<UntrustedValue> untrusted) => Endorsed is not null && untrusted.All(value => Endorsed.Any(name => name.Text == value.Argument));
}
