using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>The field <c>approval</c> of a rule as it stands in the file: the terms, and where they stand.</summary>
internal sealed class PolicyApproval
{
    public required YamlMap At { get; init; }

    public required ApprovalTerms Terms { get; init; }

    public required YamlValue? QuorumAt { get; init; }

    public required IReadOnlyList<YamlScalar>? Approvers { get; init; }

    public required IReadOnlyList<YamlScalar>? EscalateTo { get; init; }

    /// <summary>Checks that the people who are asked for exist.</summary>
    public void Check(PolicyRule rule, Approvers people, SourceErrors errors)
    {
        var unknown = false;
        foreach (var role in (Approvers ?? []).Concat(EscalateTo ?? []).Where(role => !people.Roles.Contains(role.Text)))
        {
            unknown = true;
            errors.Add(role, people.Any
                ? $"Rule '{rule.Id.Text}': no approver has the role '{YamlScalar.Shorten(role.Text)}'.{NearestName.Hint(role.Text, people.Roles)} Give it to somebody in KernelHost:Approvers, or correct it."
                : $"Rule '{rule.Id.Text}' asks people with the role '{YamlScalar.Shorten(role.Text)}', but this host has no approvers. List them in KernelHost:Approvers.");
        }

        var count = people.Any ? people.Count(Terms.Approvers) : 1;
        if (!unknown && Terms.Quorum > count)
        {
            errors.Add(QuorumAt ?? At, $"Rule '{rule.Id.Text}' needs {Terms.Quorum} people, but "
                + (Terms.Approvers is null && people.Any ? $"there are only {count} approvers." : people.Any ? $"{(count == 1 ? "only one has" : $"only {count} have")} the role." : "this host has no approvers, so the one at the terminal answers alone.")
                + " List more in KernelHost:Approvers, or lower the quorum.");
        }
    }
}
