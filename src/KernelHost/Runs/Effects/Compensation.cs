using System.Globalization;
using KernelHost.Loading;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs.Effects;

/// <summary>Undoes one call. The caller holds the session's claim.</summary>
internal sealed partial class Compensation(RunEngine engine, TimeProvider clock, ILogger log)
{
    public async ValueTask<CompensationResult> RunAsync(RunSummary run, CompensationOrder order, CancellationToken cancellationToken)
    {
        var events = await engine.Journal.ReadAsync(run.SessionId, afterSequence: 0, cancellationToken);
        var call = CompensableCall.Find(run, order.CallId, events);
        var agent = await engine.BindAsync(call.Agent, cancellationToken);
        var tool = call.Bind(agent);
        if (agent.Approvals.Approvers is { Any: true } approvers && approvers.Find(order.By) is null)
        {
            throw call.Refused($"'{Text.VisibleText.Escape(order.By)}' is no approver on this host. Approvers are listed in KernelHost:Approvers.");
        }

        if ((engine.Stops.StoppedStart(call.Agent, run.SessionId) ?? engine.Stops.StoppedCall(order.CallId, tool)) is { } stopped)
        {
            throw call.Refused($"{stopped}. Lift the stop ('kernelhost stops' lists them), then order it again.");
        }

        using var slot = await (agent.Slots?.EnterAsync(tool.PluginId, cancellationToken) ?? default);

        // Whatever came in between may be somebody else's order: then nothing is written, and nothing was done.
        var session = new SessionWriter(engine.Journal, call.Session, observer: null, clock) { TakesInput = false };
        session.Stage(new CompensationStarted { RunId = run.RunId, CallId = order.CallId, Tool = tool.QualifiedName, By = order.By, Reason = order.Reason });
        await session.FlushAsync();

        var started = clock.GetTimestamp();
        var (result, error) = await InvokeAsync(agent, call, new BoundedRequest(
            tool.Compensation!, $"{tool.QualifiedName} (compensation)", call.Context, call.Arguments(), tool.Timeout ?? agent.ToolLimits.Timeout) { Slot = slot }, cancellationToken);
        var duration = clock.GetElapsedTime(started).TotalMilliseconds;

        // It has happened, so it is written, behind whatever people have put in meanwhile.
        session = new SessionWriter(engine.Journal, call.Session, observer: null, clock);
        session.Stage(error is null
            ? new CompensationCompleted
            {
                RunId = run.RunId,
                CallId = order.CallId,
                Tool = tool.QualifiedName,
                By = order.By,
                Reason = order.Reason,
                Result = result,
                DurationMs = duration,
            }
            : new CompensationFailed { RunId = run.RunId, CallId = order.CallId, Error = error, DurationMs = duration });
        await session.FlushAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return new CompensationResult(run.RunId, order.CallId, tool.QualifiedName, result, error);
    }

    private async ValueTask<(object? Result, string? Error)> InvokeAsync(BoundAgent agent, CompensableCall call, BoundedRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var result = ToolInvoker.ToJson(await new BoundedInvocation(agent.Kernel, clock, agent.ToolLimits.Grace, log).RunAsync(request, cancellationToken));
            return (JournalValues.Problem(result) is { } problem ? $"The call was undone, but what the plugin said of it cannot be used: {problem}." : result, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (null, "It was cut off, and nobody knows whether it was done. Order it again: the plugin knows the key.");
        }
#pragma warning disable CA1031 // As for a tool: a plugin may throw anything, and none of its text is safe but a ToolException's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception, request.Name, call.Context.RunId, call.Context.CallId);
            return (null, exception switch
            {
                ToolException => exception.Message,
                ToolTimeoutException timeout => string.Create(CultureInfo.InvariantCulture,
                    $"The plugin did not answer within {timeout.Timeout.TotalSeconds} s, and nobody knows whether it was done. Order it again: the plugin knows the key."),
                _ => "The plugin failed; the log has the details.",
            });
        }
    }

    [LoggerMessage(LogLevel.Warning, "'{Name}' failed for run {RunId}, call {CallId}.")]
    private partial void LogFailed(Exception exception, string name, string runId, string callId);
}
