using System.Diagnostics;
using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using KernelHost.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs;

/// <summary>Invokes one tool through the kernel and turns whatever comes out into an outcome. Never throws for what a tool does.</summary>
internal sealed partial class ToolInvoker(BoundAgent agent, SessionWriter session, ILogger log)
{
    private RunState Run => session.State.Run!;

    /// <summary>Invokes the tool. Safe to call side by side: it touches no state of the run.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<ToolOutcome> InvokeAsync(CallState open, CancellationToken cancellationToken)
    {
        var (call, tool) = (open.Call, open.Bound!.Tool);
        using var activity = StartActivity(tool, call);
        var started = session.Clock.GetTimestamp();
        object? result = null;
        string? error = null;
        try
        {
            var returned = await agent.Kernel.InvokeAsync(tool.Function, Arguments(open), cancellationToken);
            result = ToJson(returned.GetValue<object>());
            if (JournalValues.Problem(result) is { } problem)
            {
                (result, error) = (null, $"'{call.Name}' was called, but its result cannot be used: {problem}.");
                LogResultUnusable(tool.QualifiedName, Run.RunId, call.CallId, problem);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // A plugin may throw anything; nothing of it may end the run, and none of its text is safe but a ToolException's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error = exception is ToolException ? exception.Message : $"An error occurred invoking '{call.Name}'.";
            activity?.SetError(exception);
            LogToolFailed(exception, tool.QualifiedName, Run.RunId, call.CallId);
        }

        var duration = session.Clock.GetElapsedTime(started);
        if (HostTelemetry.ToolDuration.Enabled)
        {
            HostTelemetry.ToolDuration.Record(duration.TotalSeconds, new(HostTelemetry.ToolName, tool.QualifiedName), new(HostTelemetry.AgentName, agent.Name));
        }

        return new ToolOutcome(tool, result, error, duration);
    }

    /// <summary>Stages the outcome: passages get their citation numbers here, in one place and order.</summary>
    public void Record(CallState call, ToolOutcome outcome)
    {
        if (outcome.Error is { } error)
        {
            session.Stage(new CallFailed
            {
                RunId = Run.RunId,
                CallId = call.CallId,
                Failure = CallFailure.Failed,
                Error = $"Error: {error}",
                DurationMs = outcome.Duration.TotalMilliseconds,
            });
            return;
        }

        var (result, passages) = outcome.Result is IReadOnlyList<Passage> found
            ? PassageResult.Create(outcome.Tool.QualifiedName, found, Run.Passages)
            : (outcome.Result, []);
        session.Stage(new CallCompleted
        {
            RunId = Run.RunId,
            CallId = call.CallId,
            Result = result,
            Integrity = outcome.Tool.ResultIntegrity,
            Passages = passages,
            DurationMs = outcome.Duration.TotalMilliseconds,
            ApprovalId = call.ApprovalId,
        });
    }

    private KernelArguments Arguments(CallState call)
    {
        var arguments = call.Arguments is null ? [] : new KernelArguments(call.Arguments);
        arguments[ToolInvocation.ContextKey] = new ToolContext
        {
            SessionId = session.State.SessionId,
            RunId = Run.RunId,
            CallId = call.CallId,
            Principal = Run.Started.Principal,
        };
        return arguments;
    }

    // What the model reads and the journal keeps is a string or JSON, whatever a plain SK function returned.
    private static object? ToJson(object? value) => value switch
    {
        null or string or JsonElement or IReadOnlyList<Passage> => value,
        _ => JsonSerializer.SerializeToElement(value, value.GetType(), JsonSerializerOptions.Web),
    };

    private static Activity? StartActivity(Tool tool, ProposedCall call)
    {
        if (!HostTelemetry.Source.HasListeners())
        {
            return null;
        }

        return HostTelemetry.Source.StartActivity($"execute_tool {tool.QualifiedName}")?
            .SetTag(HostTelemetry.OperationName, "execute_tool")
            .SetTag(HostTelemetry.ToolName, tool.QualifiedName)
            .SetTag(HostTelemetry.ToolType, "function")
            .SetTag(HostTelemetry.ToolCallId, call.CallId);
    }

    [LoggerMessage(LogLevel.Warning, "Tool '{Tool}' failed in run {RunId}, call {CallId}.")]
    private partial void LogToolFailed(Exception exception, string tool, string runId, string callId);

    [LoggerMessage(LogLevel.Warning, "Tool '{Tool}' returned in run {RunId}, call {CallId}, what cannot be used: {Problem}.")]
    private partial void LogResultUnusable(string tool, string runId, string callId, string problem);
}

/// <summary>What came out of a tool.</summary>
internal readonly record struct ToolOutcome(Tool Tool, object? Result, string? Error, TimeSpan Duration);
