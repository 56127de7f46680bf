using System.Text.Json;
using KernelHost.Loading;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using Microsoft.Extensions.Logging;

namespace KernelHost.Runs;

internal sealed partial class ToolInvoker
{
    /// <summary>Asks the plugin what became of a call, and records what it says: with the result, when the call took effect.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled; nothing is recorded, and the plugin is asked again later.</exception>
    public async ValueTask InquireAsync(CallState call, CancellationToken cancellationToken)
    {
        var tool = call.Bound!.Tool;
        using var activity = StartActivity(tool, call.Call);
        using var slot = await (agent.Slots?.EnterAsync(tool.PluginId, cancellationToken) ?? default);
        var started = session.Clock.GetTimestamp();
        OutcomeReport report;
        try
        {
            var arguments = Arguments(call, client: null, out var context);
            report = Read(await _bounded.RunAsync(
                new BoundedRequest(tool.OutcomeCheck!, $"{tool.QualifiedName} (outcome)", context, arguments, tool.Timeout ?? agent.ToolLimits.Timeout) { Slot = slot },
                cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // As for a tool: whatever its check throws, a person can still be asked.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            activity?.SetError(exception);
            LogInquiryFailed(exception, tool.QualifiedName, Run.RunId, call.CallId);
            report = new OutcomeReport(OutcomeKind.Unknown, null, exception is ToolException ? exception.Message : "The plugin was asked and failed.");
        }

        session.Stage(new OutcomeChecked
        {
            RunId = Run.RunId,
            CallId = call.CallId,
            Outcome = report.Kind,
            Reason = report.Reason,
            DurationMs = session.Clock.GetElapsedTime(started).TotalMilliseconds,
        });
        if (report.Kind == OutcomeKind.Happened)
        {
            session.Stage(new CallCompleted
            {
                RunId = Run.RunId,
                CallId = call.CallId,
                Result = JournalValues.Problem(report.Result) is { } problem ? $"This call took effect, but its result cannot be used: {problem}." : report.Result,
                Integrity = tool.ResultIntegrity,
                ApprovalId = call.ApprovalId,
            });
        }

        await session.FlushAsync();
    }

    private static OutcomeReport Read(object? answer) => answer switch
    {
        OutcomeReport report => report,
        CallOutcome outcome => OutcomeReport.Of(outcome, JsonSerializerOptions.Web),
        _ => new OutcomeReport(OutcomeKind.Unknown, null, "The plugin was asked and said nothing."),
    };

    [LoggerMessage(LogLevel.Warning, "The plugin of tool '{Tool}' could not tell what became of run {RunId}, call {CallId}.")]
    private partial void LogInquiryFailed(Exception exception, string tool, string runId, string callId);
}
