using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Running;

/// <summary>Runs, calls, passages and approvals as JSON. The shapes are documented in docs/cli.md.</summary>
internal static class RunJson
{
    public static JsonObject Write(RunResult result, RunTranscript transcript, CommandEcho echo) => new()
    {
        ["runId"] = result.RunId,
        ["sessionId"] = result.SessionId,
        ["agent"] = result.Agent,
        ["status"] = JsonOutput.Name(result.Status),
        ["exitCode"] = RunOutcome.ExitCodeOf(result),
        ["answer"] = result.Answer,
        ["citations"] = JsonOutput.Array(result.Citations, Passage),
        ["grounding"] = GroundingJson.Write(result.Grounding, result.Answer),
        ["passages"] = JsonOutput.Array(transcript.Passages, PassageHead),
        ["approvals"] = JsonOutput.Array(result.Approvals, approval => ApprovalJson.Write(approval, echo)),
        ["limit"] = result.Limit,
        ["interruption"] = result.Interruption,
        ["cancelledBy"] = result.CancelledBy,
        ["cancelReason"] = result.CancelReason,
        ["pausedBy"] = result.PausedBy,
        ["pauseReason"] = result.PauseReason,
        ["deniedByPolicy"] = result.DeniedByPolicy,
        ["usage"] = Usage(result.Usage),
        ["toolCalls"] = JsonOutput.Array(transcript.Calls, Call),
        ["resumeCommand"] = result.HasEnded ? null : echo.For("resume", result.RunId),
    };

    public static JsonObject Summary(RunSummary run) => new()
    {
        ["runId"] = run.RunId,
        ["sessionId"] = run.SessionId,
        ["agent"] = run.Agent,
        ["principal"] = run.Principal,
        ["request"] = run.Request,
        ["status"] = JsonOutput.Name(run.Status),
        ["startedAt"] = JsonOutput.Time(run.StartedAt),
        ["updatedAt"] = JsonOutput.Time(run.UpdatedAt),
        ["parentRunId"] = run.ParentRunId,
    };

    public static JsonObject Passage(Citation citation)
    {
        var written = PassageHead(citation);
        written["text"] = citation.Text;
        return written;
    }

    public static JsonObject Usage(RunUsage usage) => new()
    {
        ["modelCalls"] = usage.Steps,
        ["toolCalls"] = usage.ToolCalls,
        ["inputTokens"] = usage.InputTokens,
        ["outputTokens"] = usage.OutputTokens,
        ["costMicros"] = usage.CostMicros,
        ["bytesOut"] = usage.BytesOut,
        ["approvalPrompts"] = usage.ApprovalPrompts,
        ["activeMs"] = Math.Round(usage.Active.TotalMilliseconds),
    };

    private static JsonObject PassageHead(Citation citation) => new()
    {
        ["number"] = citation.Number,
        ["retriever"] = citation.Retriever,
        ["source"] = citation.Source,
        ["title"] = citation.Title,
        ["section"] = citation.Section,
        ["version"] = citation.Version,
        ["page"] = citation.Page,
        ["position"] = citation.Position,
        ["id"] = citation.Id,
        ["integrity"] = JsonOutput.Name(citation.Integrity ?? Integrity.Untrusted),
        ["ingester"] = citation.Ingester,
        ["hash"] = citation.Hash,
    };

    private static JsonObject Call(CallRecord call) => new()
    {
        ["callId"] = call.CallId,
        ["tool"] = call.Tool,
        ["arguments"] = JsonOutput.Arguments(call.Arguments),
        ["status"] = JsonOutput.Name(call.Status),
        ["decision"] = call.Decision is not { } decision ? null : new JsonObject
        {
            ["verdict"] = JsonOutput.Name(decision.Verdict),
            ["rule"] = decision.Rule,
            ["reason"] = decision.Reason,
        },
        ["approvalId"] = call.Question?.ApprovalId,
        ["result"] = JsonOutput.Value(call.Completed?.Result),
        ["error"] = call.Failed?.Error,
        ["cause"] = call.Failed?.Cause,
        ["failure"] = call.Failed is { } failed ? JsonOutput.Name(failed.Failure) : null,
        ["durationMs"] = Math.Round(call.DurationMs, 3),
        ["passages"] = JsonOutput.Array(call.NewPassages, static passage => JsonValue.Create(passage.Number)),
    };
}
