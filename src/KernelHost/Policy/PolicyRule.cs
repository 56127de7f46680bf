using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>A rule as it stands in a file. Names are not yet checked against tools.</summary>
internal sealed class PolicyRule
{
    public required YamlScalar Id { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>Patterns; <see langword="null"/> means every tool.</summary>
    public required IReadOnlyList<YamlScalar>? Tools { get; init; }

    /// <summary>Effects; <see langword="null"/> means every effect.</summary>
    public required IReadOnlyList<ToolEffect>? Effects { get; init; }

    public required bool? Egress { get; init; }

    public required IReadOnlyList<YamlScalar>? Agents { get; init; }

    public required IReadOnlyList<YamlScalar>? Principals { get; init; }

    public required IReadOnlyList<ArgumentCondition> Conditions { get; init; }

    /// <summary>What the rule says of control arguments that were filled from untrusted content.</summary>
    public UntrustedArguments Untrusted { get; init; } = UntrustedArguments.NotNamed;

    public required string? Reason { get; init; }

    /// <summary>Under which terms the rule's questions are answered; <see langword="null"/> leaves it to the host.</summary>
    public PolicyApproval? Approval { get; init; }

    /// <summary>A hash of the rule's content.</summary>
    public required string Version { get; init; }

    /// <summary>Of two rules that both ask, the one that asks more people, and then the one that says whom, decides.</summary>
    public int Demand => Approval is null ? 0 : (Approval.Terms.Quorum * 2) + (Approval.Terms.Approvers is null ? 0 : 1);

    public required IReadOnlyList<PolicyExample> Match { get; init; }

    public required IReadOnlyList<PolicyExample> NotMatch { get; init; }

    /// <summary>Whether it decides every call of the tools it selects.</summary>
    public bool IsUnconditional => Agents is null && Principals is null && Conditions.Count == 0 && !Untrusted.IsCondition;

    public Decision Decision => field ??= new Decision(Verdict, Id.Text, Reason ?? Verdict switch
    {
        Verdict.Allow => $"Rule '{Id.Text}' allows it.",
        Verdict.Ask => $"Rule '{Id.Text}' asks a person first.",
        _ => $"Rule '{Id.Text}' denies it.",
    })
    {
        Terms = Approval?.Terms,
        RuleVersion = Version,
    };

    /// <summary>Whether the rule is about this tool at all.</summary>
    public bool Selects(Tool tool) =>
        (Tools is null || Tools.Any(pattern => NamePattern.IsMatch(pattern.Text, tool.QualifiedName)))
        && (Effects is null || Effects.Contains(tool.Effect))
        && (Egress is null || Egress == tool.Egress);

    /// <summary>Whether the rule matches a call of a tool that it selects.</summary>
    public bool Matches(IDictionary<string, object?>? arguments, string agent, string principal, IReadOnlyList<UntrustedValue>? untrusted = null)
    {
        if (!IsAmong(Agents, agent) || !IsAmong(Principals, principal) || !Untrusted.Matches(untrusted))
        {
            return false;
        }

        // What cannot be judged fails closed: it does not open a way, and it does not evade a barrier.
        var enough = Verdict == Verdict.Allow ? Truth.True : Truth.Unknown;
        for (var i = 0; i < Conditions.Count; i++)
        {
            if (Conditions[i].Evaluate(arguments) < enough)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAmong(IReadOnlyList<YamlScalar>? names, string name)
    {
        if (names is null)
        {
            return true;
        }

        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Text == name)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A call written in a policy to show what it does.</summary>
internal sealed record PolicyExample(
    YamlMap At,
    YamlScalar Tool,
    YamlMap? ArgumentsAt,
    IReadOnlyDictionary<string, JsonElement> Arguments,
    string? Agent,
    string? Principal,
    IReadOnlyList<YamlScalar>? Untrusted)
{
    /// <summary>What the gate would find: the example says which arguments were filled from untrusted content.</summary>
    public IReadOnlyList<UntrustedValue>? UntrustedValues => Untrusted is not { Count: > 0 } ? null : [.. Untrusted.Select(static name => new UntrustedValue(name.Text, "...", "an example says so"))];
}

/// <summary>A call with the answer that the whole policy must give.</summary>
internal sealed record PolicyTest(PolicyExample Call, Verdict Expected, YamlScalar? Rule);
