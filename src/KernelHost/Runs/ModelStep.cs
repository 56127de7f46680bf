using System.Diagnostics;
using KernelHost.Models;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Compaction;
using KernelHost.Runs.Events;
using KernelHost.Runs.Routing;
using KernelHost.Runs.State;
using KernelHost.Telemetry;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs;

/// <summary>One model call of a run: asks the planner, measures, and stages what came back.</summary>
internal sealed class ModelStep(BoundAgent agent, SessionWriter session, RunSpending spending, RunObserver? observer)
{
    private readonly ModelRouter _router = new(agent, session, spending, observer);
    private readonly Compactor _compactor = new(agent, session, new SummarySpending(agent, session, spending));
    private long _started;
    private readonly string _spanName = $"chat {agent.ModelId ?? agent.Provider}";

    /// <summary>Asks for the next step and stages it. What was staged before is made durable first; nothing is asked when the run turns out to be cancelled or paused.</summary>
    public async ValueTask NextAsync(ChatOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await session.FlushAsync();
        var run = session.State.Run!;
        if ((run.Messages.Count > 0 || run.MustLetGo || _compactor.IsDue) && !await TryPrepareAsync(run, cancellationToken))
        {
            return;
        }

        using var activity = HostTelemetry.Source.StartActivity(_spanName, ActivityKind.Client);
        _started = session.Clock.GetTimestamp();
        RoutedReply routed;
        try
        {
            routed = await AskAsync(options, cancellationToken);
        }
        catch (Exception exception) when (exception is not RunStoppedException)
        {
            spending.CutOff(exception as ModelException);
            throw;
        }

        var duration = session.Clock.GetElapsedTime(_started);
        var calls = options.ToolMode != ChatToolMode.None ? ReadCalls(routed.Response, run.Steps + 1) : [];
        var reply = ReadReply(routed, calls, run, duration, spending.Settle(routed.Response, calls, routed.Model));
        ModelTelemetry.Record(activity, routed.Model, session.State, reply);
        session.Stage(reply);
        spending.Settled(reply);
    }

    // Whether the model is to be asked: with what people have said meanwhile, and with no more than its window holds.
    private async ValueTask<bool> TryPrepareAsync(RunState run, CancellationToken cancellationToken)
    {
        while (run.Messages.Count > 0 && !run.MustLetGo)
        {
            session.Stage(new MessagesDelivered { RunId = run.RunId, Count = run.Messages.Count });
            await session.FlushAsync();
        }

        if (!run.MustLetGo && _compactor.IsDue && await TryCompactAsync(cancellationToken) && !run.MustLetGo && !spending.TryReserveAnew())
        {
            // The run's loop finds the limit.
            return false;
        }

        if (run.MustLetGo)
        {
            spending.Release();
        }

        return !run.MustLetGo;
    }

    private async ValueTask<bool> TryCompactAsync(CancellationToken cancellationToken)
    {
        try
        {
            var compacted = await _compactor.TryCompactAsync(CompactionCause.Threshold, cancellationToken);
            if (compacted)
            {
                await session.FlushAsync();
                _router.ThrowIfStopped();
            }

            return compacted;
        }
        catch (OperationCanceledException)
        {
            spending.CutOff(null);
            throw;
        }
    }

    private ValueTask<RoutedReply> AskAsync(ChatOptions options, CancellationToken cancellationToken)
    {
        var asked = _router.AskAsync(spending.Cap(options), spending.Instead, cancellationToken);
        return asked.IsCompletedSuccessfully ? asked : AskWithinWindowAsync(asked, options, cancellationToken);
    }

    // Refused for its length, the conversation is made shorter, once.
    private async ValueTask<RoutedReply> AskWithinWindowAsync(ValueTask<RoutedReply> asked, ChatOptions options, CancellationToken cancellationToken)
    {
        ModelException refusal;
        try
        {
            return await asked;
        }
        catch (ModelException exception) when (exception.Reason == ModelFailureReason.ContextLength)
        {
            refusal = exception;
        }

        _router.ThrowIfStopped();
        if (!await _compactor.TryCompactAsync(CompactionCause.ContextLength, cancellationToken))
        {
            throw refusal;
        }

        await session.FlushAsync();
        _router.ThrowIfStopped();
        if (!spending.TryReserveAnew())
        {
            throw refusal;
        }

        _started = session.Clock.GetTimestamp();
        return await _router.AskAsync(spending.Cap(options), spending.Instead, cancellationToken);
    }

    private ModelReplied ReadReply(in RoutedReply routed, IReadOnlyList<ProposedCall> calls, RunState run, TimeSpan duration, in ReplyUsage usage) => new()
    {
        RunId = run.RunId,
        Step = run.Steps + 1,
        Text = routed.Response.Text,
        Calls = calls,
        Model = routed.Response.ModelId,
        FellOver = routed.FellOver,
        RoutedTo = routed.Model == agent.Model ? null : routed.Model.Name,
        InputTokens = usage.InputTokens,
        OutputTokens = usage.OutputTokens,
        CachedInputTokens = usage.CachedInputTokens,
        Estimated = usage.Estimated ? true : null,
        CostMicros = usage.CostMicros,
        DurationMs = duration.TotalMilliseconds,
    };

    private static List<ProposedCall> ReadCalls(ChatResponse response, int step)
    {
        List<ProposedCall> calls = [];
        for (var i = 0; i < response.Messages.Count; i++)
        {
            var contents = response.Messages[i].Contents;
            for (var j = 0; j < contents.Count; j++)
            {
                if (contents[j] is FunctionCallContent call)
                {
                    calls.Add(ReadCall(call, CallIds.Get(step, calls.Count + 1), calls));
                }
            }
        }

        return calls;
    }

    // A result is paired with its call by the model's id, so an id that is missing or used twice in a reply is replaced by ours.
    private static ProposedCall ReadCall(FunctionCallContent call, string callId, List<ProposedCall> earlier)
    {
        var arguments = call.Arguments is null ? null : JournalValues.TryArguments(call.Arguments);
        return new ProposedCall
        {
            CallId = callId,
            ModelCallId = string.IsNullOrEmpty(call.CallId) || IsUsed(call.CallId, earlier) ? $"call_{callId.Replace('.', '_')}" : call.CallId,
            Name = call.Name,
            Arguments = arguments,
            ArgumentsError = call.Exception is not null ? "The arguments are not a JSON object."
                : arguments is null && call.Arguments is not null ? "The arguments are nested too deep or hold text that is not valid Unicode."
                : null,
        };
    }

    private static bool IsUsed(string modelCallId, List<ProposedCall> earlier)
    {
        foreach (var call in earlier)
        {
            if (call.ModelCallId == modelCallId)
            {
                return true;
            }
        }

        return false;
    }
}
