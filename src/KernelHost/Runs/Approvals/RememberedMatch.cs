using System.Globalization;
using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Approvals;

/// <summary>
/// Whether a remembered approval is about a call. It is asked only after the policy has said <c>ask</c>, so it can turn a question into a
/// yes and nothing else, and it holds only while the very rule asks under which it was given.
/// </summary>
internal static class RememberedMatch
{
    public static RememberedApproval? Find(
        IReadOnlyList<RememberedApproval> remembered, CallState call, Decision decision, string agent, SessionState session) =>
        decision.Verdict != Verdict.Ask ? null : remembered.FirstOrDefault(one =>
            one.Agent == agent
            && (one.SessionId is null || one.SessionId == session.SessionId)
            && one.Principal == session.Run!.Started.Principal
            && session.Run.LastTime < one.ExpiresAt
            && IsAbout(one, call, call.Bound!.Tool, decision));

    /// <summary>Whether one that was applied to a call would be again, if this were the policy's decision.</summary>
    public static bool StillHolds(RememberedApproval applied, CallState call, Tool tool, Decision decision) =>
        decision.Verdict == Verdict.Ask && IsAbout(applied, call, tool, decision);

    /// <summary>The policy's answer with the person's put over it.</summary>
    public static Decision Decision(RememberedApproval remembered, Decision asked) => new(
        Verdict.Allow,
        $"remembered:{remembered.RememberedId}",
        string.Create(CultureInfo.InvariantCulture, $"'{remembered.CreatedBy}' approved this action beforehand, until {remembered.ExpiresAt:u}; the rule '{asked.Rule}' asks otherwise."))
    {
        Untrusted = asked.Untrusted,
    };

    private static bool IsAbout(RememberedApproval remembered, CallState call, Tool tool, Decision decision) =>
        remembered.Rule == decision.Rule && remembered.RuleVersion == decision.RuleVersion
        && remembered.Tool == tool.QualifiedName && remembered.ContentHash == tool.ContentHash && remembered.SchemaHash == tool.SchemaHash
        && call.Integrity <= remembered.Integrity
        && (decision.Untrusted ?? []).All(value => remembered.Untrusted.Contains(value.Argument) && !remembered.AnyValue.Contains(value.Argument))
        && HasArguments(remembered, call.Arguments ?? new Dictionary<string, object?>());

    private static bool HasArguments(RememberedApproval remembered, IDictionary<string, object?> arguments)
    {
        try
        {
            return arguments.All(argument => remembered.AnyValue.Contains(argument.Key)
                    || (remembered.Arguments.TryGetValue(argument.Key, out var value) && ActionDigest.Faithful(value) == ActionDigest.Faithful(argument.Value)))
                && remembered.Arguments.Keys.All(arguments.ContainsKey);
        }
        catch (JsonException)
        {
            // A value without a faithful form is nothing that anybody has approved.
            return false;
        }
    }
}
