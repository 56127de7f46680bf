using System.Diagnostics;
using KernelHost.Models;
using KernelHost.Planning;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using KernelHost.Telemetry;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs;

/// <summary>One model call of a run: asks the planner, measures, and stages what came back.</summary>
internal sealed class ModelStep(BoundAgent agent, SessionWriter session, RunSpending spending, RunObserver? observer)
{
    private readonly Func<string, CancellationToken, ValueTask>? _onText = observer is null ? null : observer.OnTextAsync;
    private readonly string _spanName = $"chat {agent.ModelId ?? agent.Provider}";

    /// <summary>Asks for the next step and stages it. What was staged before is made durable first; nothing is asked when the run turns out to be cancelled or paused.</summary>
    public async ValueTask NextAsync(ChatOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await session.FlushAsync();
        var run = session.State.Run!;
        while (run.Messages.Count > 0 && !run.MustLetGo)
        {
            session.Stage(new MessagesDelivered { RunId = run.RunId, Count = run.Messages.Count });
            await session.FlushAsync();
        }

        if (run.MustLetGo)
        {
            spending.Release();
            return;
        }

        using var activity = HostTelemetry.Source.StartActivity(_spanName, ActivityKind.Client);
        var started = session.Clock.GetTimestamp();
        var response = await AskAsync(spending.Cap(options), cancellationToken);
        var duration = session.Clock.GetElapsedTime(started);
        var calls = options.ToolMode != ChatToolMode.None ? ReadCalls(response, run.Steps + 1) : [];
        if (calls.Count == 0 && string.IsNullOrWhiteSpace(response.Text))
        {
            var empty = Empty(response);
            spending.CutOff(empty);
            throw empty;
        }

        var reply = ReadReply(response, calls, run, duration, spending.Settle(response, calls));

        ModelTelemetry.Record(activity, agent, session.State, reply);
        session.Stage(reply);
        spending.Settled(reply);
    }

    private async ValueTask<ChatResponse> AskAsync(ChatOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await AskPlannerAsync(options, cancellationToken);
        }
        catch (Exception exception)
        {
            spending.CutOff(exception as ModelException);
            throw;
        }
    }

    private async ValueTask<ChatResponse> AskPlannerAsync(ChatOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await agent.Planner.NextAsync(
                new PlannerContext { Client = spending.Client, Messages = session.State.Messages, Options = options, OnText = _onText }, cancellationToken);
        }
        catch (Exception exception) when (exception is not ModelException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // A client or planner that fails without an explanation, be it by a cancellation nobody asked for. Its text may hold
            // anything, so it goes to the operator's log only.
            throw new ModelException(
                ModelErrorKind.Permanent,
                agent.Provider,
                agent.ModelId ?? "",
                $"The model of agent '{agent.Name}' failed unexpectedly ({exception.GetType().Name}). The log has the details; resume the run to try again.",
                exception)
            {
                MayBeBilled = true,
            };
        }
    }

    private ModelException Empty(ChatResponse response) => new(
        ModelErrorKind.Temporary,
        agent.Provider,
        agent.ModelId ?? "",
        $"The model of agent '{agent.Name}' returned neither text nor a call (finish reason '{response.FinishReason?.Value ?? "none"}'). Resume the run to ask again.")
    {
        MayBeBilled = true,
    };

    private static ModelReplied ReadReply(ChatResponse response, IReadOnlyList<ProposedCall> calls, RunState run, TimeSpan duration, in ReplyUsage usage) => new()
    {
        RunId = run.RunId,
        Step = run.Steps + 1,
        Text = response.Text,
        Calls = calls,
        Model = response.ModelId,
        InputTokens = usage.InputTokens,
        OutputTokens = usage.OutputTokens,
        CachedInputTokens = usage.CachedInputTokens,
        Estimated = usage.Estimated ? true : null,
        CostMicros = usage.CostMicros,
        DurationMs = duration.TotalMilliseconds,
    };

    private static List<ProposedCall> ReadCalls(ChatResponse response, int step)
    {
        List<ProposedCall>? calls = null;
        foreach (var message in response.Messages)
        {
            foreach (var content in message.Contents)
            {
                if (content is FunctionCallContent call)
                {
                    calls ??= [];
                    calls.Add(ReadCall(call, CallIds.Get(step, calls.Count + 1), calls));
                }
            }
        }

        return calls ?? [];
    }

    // A result is paired with its call by the model's id, so an id that is missing or used twice in a reply is replaced by ours.
    private static ProposedCall ReadCall(FunctionCallContent call, string callId, List<ProposedCall> earlier)
    {
        var arguments = call.Arguments is null ? null : JournalValues.TryArguments(call.Arguments);
        return new ProposedCall
        {
            CallId = callId,
            ModelCallId = string.IsNullOrEmpty(call.CallId) || earlier.Exists(other => other.ModelCallId == call.CallId) ? $"call_{callId.Replace('.', '_')}" : call.CallId,
            Name = call.Name,
            Arguments = arguments,
            ArgumentsError = call.Exception is not null ? "The arguments are not a JSON object."
                : arguments is null && call.Arguments is not null ? "The arguments are nested too deep or hold text that is not valid Unicode."
                : null,
        };
    }
}
