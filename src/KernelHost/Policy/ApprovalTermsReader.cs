using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>Reads the field <c>approval</c> of a rule.</summary>
internal static class ApprovalTermsReader
{
    private const int LargestQuorum = 20;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private static readonly Dictionary<string, Unattended> Words = new() { ["park"] = Unattended.Park, ["deny"] = Unattended.Deny };

    public static PolicyApproval? Read(YamlMap? map, Verdict? verdict, string owner, SourceErrors errors)
    {
        if (map is null)
        {
            return null;
        }

        if (verdict is { } other and not Verdict.Ask)
        {
            errors.Add(map, $"The field 'approval' of {owner} says how a question is answered, but the rule asks none: its decision is '{(other == Verdict.Allow ? "allow" : "deny")}'. Remove the field, or write 'decision: ask'.");
        }

        var fields = new YamlFields(map, $"'approval' of {owner}", errors);
        var approvers = fields.Texts("approvers", "supervisor");
        var quorum = fields.WholeNumber("quorum", 1, LargestQuorum);
        var expires = Time(fields, "expiresAfter");
        var escalate = Time(fields, "escalateAfter");
        var escalateTo = fields.Texts("escalateTo", "manager");
        var unattended = fields.OneOf("unattended", fields.Take("unattended"), Words);
        CheckEscalation(fields, approvers, expires, escalate, escalateTo, owner, errors);
        var read = new PolicyApproval
        {
            At = map,
            QuorumAt = fields.Take("quorum"),
            Approvers = approvers,
            EscalateTo = escalateTo,
            Terms = new ApprovalTerms
            {
                Approvers = Names(approvers),
                Quorum = quorum ?? 1,
                ExpiresAfter = expires,
                EscalateAfter = escalate,
                EscalateTo = Names(escalateTo),
                Unattended = unattended,
            },
        };
        fields.Done();
        return read;
    }

    private static void CheckEscalation(
        YamlFields fields, IReadOnlyList<YamlScalar>? approvers, TimeSpan? expires, TimeSpan? escalate, IReadOnlyList<YamlScalar>? escalateTo, string owner, SourceErrors errors)
    {
        if (fields.Take("escalateAfter") is { } after && escalateTo is null)
        {
            errors.Add(after, $"'escalateAfter' in 'approval' of {owner} says when, but not to whom. Add 'escalateTo: [manager]'.");
        }
        else if (fields.Take("escalateTo") is { } to && fields.Take("escalateAfter") is null)
        {
            errors.Add(to, $"'escalateTo' in 'approval' of {owner} says to whom, but not when. Add 'escalateAfter: 30m'.");
        }
        else if (fields.Take("escalateTo") is { } all && approvers is null)
        {
            errors.Add(all, $"'escalateTo' in 'approval' of {owner} adds nobody: without 'approvers' every approver may answer from the start. Name 'approvers', or remove it.");
        }

        if (escalate >= expires)
        {
            errors.Add(fields.Take("escalateAfter")!, $"'escalateAfter' in 'approval' of {owner} is not before 'expiresAfter', so nobody would be left to ask. Make it shorter.");
        }
    }

    private static TimeSpan? Time(YamlFields fields, string name)
    {
        if (fields.Take(name) is not { } value)
        {
            return null;
        }

        if (value is YamlScalar scalar && Duration.TryParse(scalar.Text, out var time) && time >= Shortest && time <= Longest)
        {
            return time;
        }

        fields.Mismatch(name, value, "a time from '1s' to '365d' such as '30m', '2h' or '1d'");
        return null;
    }

    private static string[]? Names(IReadOnlyList<YamlScalar>? names) => names is null ? null : [.. names.Select(name => name.Text)];
}
