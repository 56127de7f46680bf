using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using KernelHost.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs;

/// <summary>Invokes one tool through the kernel and turns whatever comes out into an outcome. Never throws for what a tool does.</summary>
internal sealed partial class ToolInvoker(BoundAgent agent, SessionWriter session, ILogger log)
{
    private readonly BoundedInvocation _bounded = new(agent.Kernel, session.Clock, agent.ToolLimits.Grace, log);
    private readonly PluginSpending _models = new(agent, session);

    private RunState Run => session.State.Run!;

    /// <summary>Invokes the tool, again when a transient fault ends a call that may be repeated. Safe to call side by side: it touches no state of the run.</summary>
    /// <param name="open">The call.</param>
    /// <param name="use">Who waits for it, and what it holds.</param>
    /// <param name="cancellationToken">Cuts the tool off.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public ValueTask<ToolOutcome> InvokeAsync(CallState open, ToolUse use, CancellationToken cancellationToken)
    {
        var models = open.Bound!.Tool.UsesModel ? new PluginCall(open.CallId, open.Bound.Tool) : null;
        var work = new ToolWork(open, models, models is null ? null : _models.Open(models), session.Clock.GetTimestamp());
        if (!use.Alone || !open.Bound.Pace.IsQuick || HostTelemetry.Source.HasListeners())
        {
            return InvokeAsync(work, begun: null, use, cancellationToken);
        }

        return AnswersAtOnce(work, use, out var answer, out var begun, cancellationToken)
            ? new(End(work, new ToolOutcome(open.Bound.Tool, answer, null, session.Clock.GetElapsedTime(work.Started)) { Attempts = 1, Models = models }))
            : InvokeAsync(work, begun, use, cancellationToken);
    }

    private async ValueTask<ToolOutcome> InvokeAsync(ToolWork work, ValueTask<object?>? begun, ToolUse use, CancellationToken cancellationToken)
    {
        var (call, bound) = (work.Call.Call, work.Call.Bound!);
        var tool = bound.Tool;
        using var activity = StartActivity(tool, call);
        object? result = null;
        string? error = null;
        string? cause = null;
        var isOfPlugin = false;
        ToolTimeoutException? timeout = null;
        var attempts = 1;
        for (var again = true; again; attempts += again ? 1 : 0)
        {
            (result, error, cause, again, isOfPlugin) = (null, null, null, false, false);
            try
            {
                result = ToJson(await (attempts == 1 && begun is { } first ? first : AttemptAsync(work, use, cancellationToken)));
                if (JournalValues.Problem(result) is { } problem)
                {
                    (result, error) = (null, $"'{call.Name}' was called, but its result cannot be used: {problem}.");
                    LogResultUnusable(tool.QualifiedName, Run.RunId, call.CallId, problem);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                work.Client?.Close();
                throw;
            }
#pragma warning disable CA1031 // A plugin may throw anything; nothing of it may end the run, and none of its text is safe but a ToolException's.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                timeout = exception as ToolTimeoutException;
                (isOfPlugin, cause) = (exception is ToolException, HostCause.Of(exception));
                error = timeout is not null ? $"'{call.Name}' did not answer within {timeout.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s."
                    : exception is ToolException or HostFailureException ? exception.Message
                    : $"An error occurred invoking '{call.Name}'.";
                activity?.SetError(exception);
                LogToolFailed(exception, tool.QualifiedName, Run.RunId, call.CallId, attempts);
                again = bound.IsRepeatable && attempts < agent.ToolLimits.Attempts && TransientFault.Is(exception)
                    && await PauseAsync(call, attempts, use.Patience, cancellationToken);
            }
        }

        return End(work, new ToolOutcome(tool, result, error, session.Clock.GetElapsedTime(work.Started))
        {
            Attempts = attempts,
            IsOfPlugin = isOfPlugin,
            Cause = cause,
            TimedOut = bound.IsRepeatable ? null : timeout,
            Models = work.Models,
        });
    }

    private ToolOutcome End(in ToolWork work, in ToolOutcome outcome)
    {
        work.Client?.Close();
        work.Call.Bound!.Pace.Answered(outcome.Duration);
        if (HostTelemetry.ToolDuration.Enabled)
        {
            HostTelemetry.ToolDuration.Record(outcome.Duration.TotalSeconds, new(HostTelemetry.ToolName, outcome.Tool.QualifiedName), new(HostTelemetry.AgentName, agent.Name));
        }

        return outcome;
    }

    /// <summary>Stages the outcome: passages get their citation numbers here, in one place and order.</summary>
    public void Record(CallState call, ToolOutcome outcome)
    {
        int? attempts = outcome.Attempts > 1 ? outcome.Attempts : null;
        if (outcome.TimedOut is { } timeout)
        {
            session.Stage(new CallTimedOut
            {
                RunId = Run.RunId,
                CallId = call.CallId,
                Ended = timeout.Ended,
                Usage = Usage(call, outcome),
                DurationMs = outcome.Duration.TotalMilliseconds,
            });
            Counted(outcome);
            return;
        }

        if (outcome.Error is { } error)
        {
            session.Stage(new CallFailed
            {
                RunId = Run.RunId,
                CallId = call.CallId,
                Failure = CallFailure.Failed,
                Error = $"Error: {error}",
                Cause = outcome.Cause,
                Integrity = outcome.IsOfPlugin && outcome.Tool.ResultIntegrity != Integrity.Trusted ? outcome.Tool.ResultIntegrity : null,
                Attempts = attempts,
                Usage = Usage(call, outcome),
                DurationMs = outcome.Duration.TotalMilliseconds,
            });
            Counted(outcome);
            return;
        }

        var found = outcome.Result as IReadOnlyList<Passage>;
        var (result, passages) = found is null ? (outcome.Result, []) : PassageResult.Create(outcome.Tool.QualifiedName, found, session.State.Passages, IsVerified);
        var (shown, full) = session.Guards.RecordedResult is { } recorded
            ? recorded(call.CallId, result)
            : ResultCap.Apply(result, agent.ToolLimits.ResultBytes, call.CallId, agent.ResultReader is not null);
        session.Stage(new CallCompleted
        {
            RunId = Run.RunId,
            CallId = call.CallId,
            Result = shown,
            FullResult = full,
            Integrity = IntegrityOf(found, outcome.Tool),
            Passages = passages,
            Found = found is not null && IsVerified ? found.Count : null,
            Attempts = attempts,
            Usage = Usage(call, outcome),
            DurationMs = outcome.Duration.TotalMilliseconds,
            ApprovalId = call.ApprovalId,
        });
        Counted(outcome);
    }

    private bool IsVerified => Run.Grounding is { Citations: not CitationUse.Off };

    // The weakest passage decides. A retriever that found nothing says as much as any other result of it.
    private static Integrity IntegrityOf(IReadOnlyList<Passage>? found, Tool tool) =>
        found is { Count: > 0 } ? found.Max(static passage => passage.Integrity) : tool.ResultIntegrity;

    private CallUsage? Usage(CallState call, in ToolOutcome outcome) =>
        session.Guards.RecordedUsage is { } recorded ? recorded(call.CallId) : outcome.Models?.Used;

    // What the call used by asking the model is part of what the run has used from now on.
    private void Counted(in ToolOutcome outcome)
    {
        if (outcome.Models is { } models)
        {
            _models.Close(models);
        }
    }

    // What the model reads and the journal keeps is a string or JSON, whatever a plain SK function returned.
    internal static object? ToJson(object? value) => IsJson(value) ? value : JsonSerializer.SerializeToElement(value, value.GetType(), JsonSerializerOptions.Web);

    private static bool IsJson([NotNullWhen(false)] object? value) => value is null or string or JsonElement or IReadOnlyList<Passage>;

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

    [LoggerMessage(LogLevel.Warning, "Tool '{Tool}' failed in run {RunId}, call {CallId}, attempt {Attempt}.")]
    private partial void LogToolFailed(Exception exception, string tool, string runId, string callId, int attempt);

    [LoggerMessage(LogLevel.Warning, "Tool '{Tool}' returned in run {RunId}, call {CallId}, what cannot be used: {Problem}.")]
    private partial void LogResultUnusable(string tool, string runId, string callId, string problem);
}

/// <summary>A call that is being served.</summary>
/// <param name="Call">The call.</param>
/// <param name="Models">What it uses by asking the model; <see langword="null"/> when it may not.</param>
/// <param name="Client">The model as it may use it.</param>
/// <param name="Started">When it was begun, as the clock counts.</param>
internal readonly record struct ToolWork(CallState Call, PluginCall? Models, PluginChatClient? Client, long Started);

/// <summary>What came out of a tool.</summary>
internal readonly record struct ToolOutcome(Tool Tool, object? Result, string? Error, TimeSpan Duration)
{
    /// <summary>How often the tool was invoked.</summary>
    public int Attempts { get; init; }

    /// <summary>Why it failed, as the host says it to whoever runs it.</summary>
    public string? Cause { get; init; }

    /// <summary>Whether the words of <see cref="Error"/> are the plugin's.</summary>
    public bool IsOfPlugin { get; init; }

    /// <summary>It did not answer in its time, and must not be invoked again unseen.</summary>
    public ToolTimeoutException? TimedOut { get; init; }

    /// <summary>What it used by asking the model; <see langword="null"/> when it may not.</summary>
    public PluginCall? Models { get; init; }
}

/// <summary>Who waits for a call, and what it holds.</summary>
/// <param name="Alone">No other call of the run is being made.</param>
/// <param name="Slot">One of the calls its plugin serves at once; <see langword="null"/> when that has no bound.</param>
/// <param name="Patience">Ends the wait before a call is made again; the call itself goes on.</param>
internal readonly record struct ToolUse(bool Alone, ToolSlot? Slot, CancellationToken Patience);
