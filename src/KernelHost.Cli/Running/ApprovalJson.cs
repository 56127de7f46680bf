using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Running;

/// <summary>Approvals as JSON. The shapes are documented in docs/approvals.md.</summary>
internal static class ApprovalJson
{
    public static JsonObject Write(ApprovalSummary approval, CommandEcho echo)
    {
        var now = approval.At(TimeProvider.System.GetUtcNow());
        var written = new JsonObject
        {
            ["approvalId"] = approval.ApprovalId,
            ["runId"] = approval.RunId,
            ["sessionId"] = approval.SessionId,
            ["callId"] = approval.CallId,
            ["kind"] = JsonOutput.Name(approval.Kind),
            ["status"] = JsonOutput.Name(now.Status),
            ["tool"] = approval.Tool,
            ["pluginVersion"] = approval.PluginVersion,
            ["arguments"] = JsonOutput.Value(approval.Arguments),
            ["reason"] = approval.Reason,
            ["digest"] = approval.Digest,
            ["requestedAt"] = JsonOutput.Time(approval.RequestedAt),
            ["decidedAt"] = Time(approval.DecidedAt),
            ["decidedBy"] = approval.DecidedBy,
            ["answer"] = approval.Answer is { } answer ? JsonOutput.Name(answer) : null,
            ["answerReason"] = approval.AnswerReason,
        };
        AddDetails(written, approval);
        if (now.Status == ApprovalStatus.Pending)
        {
            foreach (var (name, command) in ApprovalCommands.For(approval, echo))
            {
                written[name] = command;
            }
        }

        return written;
    }

    public static JsonObject Remembered(RememberedApproval remembered) => new()
    {
        ["rememberedId"] = remembered.RememberedId,
        ["approvalId"] = remembered.ApprovalId,
        ["tool"] = remembered.Tool,
        ["arguments"] = JsonOutput.Arguments(remembered.Arguments),
        ["anyValue"] = JsonOutput.Strings(remembered.AnyValue),
        ["principal"] = remembered.Principal,
        ["agent"] = remembered.Agent,
        ["sessionId"] = remembered.SessionId,
        ["integrity"] = JsonOutput.Name(remembered.Integrity),
        ["untrusted"] = JsonOutput.Strings(remembered.Untrusted),
        ["rule"] = remembered.Rule,
        ["ruleVersion"] = remembered.RuleVersion,
        ["contentHash"] = remembered.ContentHash,
        ["schemaHash"] = remembered.SchemaHash,
        ["createdBy"] = remembered.CreatedBy,
        ["createdAt"] = JsonOutput.Time(remembered.CreatedAt),
        ["expiresAt"] = JsonOutput.Time(remembered.ExpiresAt),
    };

    private static void AddDetails(JsonObject written, ApprovalSummary approval)
    {
        var details = approval.Details;
        written["response"] = details.Response;
        written["principal"] = details.Principal;
        written["selfApproved"] = details.SelfApproved;
        written["integrity"] = details.Integrity is { } label ? JsonOutput.Name(label) : null;
        written["untrusted"] = JsonOutput.Array(details.Untrusted, static value => new JsonObject
        {
            ["argument"] = value.Argument,
            ["value"] = value.Value,
            ["source"] = value.Source,
        });
        written["rule"] = details.Rule;
        written["policyVersion"] = details.PolicyVersion;
        written["contentHash"] = details.ContentHash;
        written["schemaHash"] = details.SchemaHash;
        written["approvers"] = Roles(details.Terms?.Approvers);
        written["quorum"] = approval.Quorum;
        written["votes"] = JsonOutput.Array(details.Votes, static vote => new JsonObject { ["by"] = vote.By, ["at"] = JsonOutput.Time(vote.At) });
        written["expiresAt"] = Time(approval.ExpiresAt);
        written["escalatesAt"] = Time(approval.EscalatesAt);
        written["escalateTo"] = Roles(details.Terms?.EscalateTo);
        written["editedBy"] = details.EditedBy;
        written["originalArguments"] = details.OriginalArguments is { } original ? JsonOutput.Value(original) : null;
        written["replaces"] = details.Replaces;
        written["replacedBy"] = details.ReplacedBy;
        written["differences"] = JsonOutput.Array(details.Differences, static difference => new JsonObject
        {
            ["field"] = difference.Field,
            ["before"] = difference.Before,
            ["after"] = difference.After,
        });
    }

    private static JsonArray? Roles(IReadOnlyList<string>? roles) => roles is null ? null : JsonOutput.Strings(roles);

    private static string? Time(DateTimeOffset? time) => time is { } known ? JsonOutput.Time(known) : null;
}
