using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs.Approvals;

/// <summary>What has changed between what a person was shown and what would run now.</summary>
internal static class ApprovalDifferences
{
    public static List<ApprovalDifference> Between(ApprovalSummary before, Tool tool, Decision decision, BoundAgent agent, string principal)
    {
        List<ApprovalDifference> found = [];
        Add("pluginVersion", before.PluginVersion, tool.PluginVersion);
        Add("contentHash", before.Details.ContentHash, tool.ContentHash);
        Add("schemaHash", before.Details.SchemaHash, tool.SchemaHash);
        Add("policyVersion", before.Details.PolicyVersion, agent.PolicyVersion);
        Add("rule", before.Details.Rule, decision.Rule);
        if (before.Details.Rule == decision.Rule)
        {
            Add("ruleVersion", before.Details.RuleVersion, decision.RuleVersion);
        }

        foreach (var vote in before.Details.Votes)
        {
            if (agent.Approvals.Disqualify(vote.By, before.Details.Terms, principal) is { } now)
            {
                found.Add(new ApprovalDifference("approver", vote.By, now));
            }
        }

        return found;

        void Add(string field, string? old, string now)
        {
            if (old is not null && old != now)
            {
                found.Add(new ApprovalDifference(field, old, now));
            }
        }
    }

    /// <summary>A sentence for people.</summary>
    public static string Describe(IReadOnlyList<ApprovalDifference> differences, string when)
    {
        var what = differences.Select(difference => Words(difference.Field)).Distinct().ToList();
        return what.Count == 0
            ? $"The plugin, its tool or the policy has changed since this call was {when}."
            : $"{Capital(Join(what))} {(what.Count == 1 ? "has" : "have")} changed since this call was {when}.";
    }

    private static string Words(string field) => field switch
    {
        "pluginVersion" or "contentHash" => "the plugin",
        "schemaHash" => "the tool's schema",
        "approver" => "who may approve it",
        _ => "the policy",
    };

    private static string Join(List<string> words) => words.Count == 1 ? words[0] : $"{string.Join(", ", words.Take(words.Count - 1))} and {words[^1]}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
