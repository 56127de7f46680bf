using KernelHost.Runs.Budgets;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using KernelHost.Runs.SubRuns;
using Microsoft.Extensions.Logging;

namespace KernelHost.Runs;

/// <summary>
/// Makes the calls that the gate lets through: plain reads side by side, everything with an effect one after another in the order
/// the model proposed, each announced on disk before it is made and recorded on disk before the next. Neighbours that ask agents are
/// asked together: their effects are gated in their own runs.
/// </summary>
internal sealed class CallRunner(BoundAgent agent, SessionWriter session, ILogger log, AgentCalls? agents = null)
{
    private readonly ToolInvoker _invoker = new(agent, session, log);
    private readonly CallAdmission _admission = new(agent, session);

    private RunState Run => session.State.Run!;

    /// <summary>Makes the calls that are ready. Returns whether every open call has an outcome.</summary>
    public ValueTask<bool> RunAsync(CancellationToken cancellationToken)
    {
        // One read is the ordinary case, and does without lists.
        if (Run.OpenCalls is not [{ Ready: true, Bound.IsPlainRead: true } single])
        {
            return RunAllAsync(cancellationToken);
        }

        if (!Announce(single))
        {
            return new(Run.OpenCalls.Count == 0);
        }

        // One that answers at once becomes durable with its result: a crash in between costs nobody more than asking again.
        if (!single.Bound.Pace.IsQuick || agent.Slots is not null || Run.MustCancel)
        {
            return RunReadAsync(single, cancellationToken);
        }

        var invoked = _invoker.InvokeAsync(single, new ToolUse(Alone: true, Slot: null, cancellationToken), cancellationToken);
        if (!invoked.IsCompletedSuccessfully)
        {
            return RecordAsync(single, invoked);
        }

        _invoker.Record(single, invoked.Result);
        return new(Run.OpenCalls.Count == 0);
    }

    private async ValueTask<bool> RunReadAsync(CallState call, CancellationToken cancellationToken)
    {
        if (!call.Bound!.Pace.IsQuick)
        {
            await session.FlushAsync();
        }

        if (Run.MustCancel)
        {
            Withdraw(call, again: false);
            return Run.OpenCalls.Count == 0;
        }

        using var slot = await EnterAsync(call, cancellationToken);
        return await RecordAsync(call, _invoker.InvokeAsync(call, new ToolUse(Alone: true, slot, cancellationToken), cancellationToken));
    }

    private async ValueTask<bool> RecordAsync(CallState call, ValueTask<ToolOutcome> invoked)
    {
        _invoker.Record(call, await invoked);
        return Run.OpenCalls.Count == 0;
    }

    private async ValueTask<bool> RunAllAsync(CancellationToken cancellationToken)
    {
        foreach (var call in Run.OpenCalls.FindAll(static call => call.MustInquire))
        {
            await session.FlushAsync();
            await _invoker.InquireAsync(call, cancellationToken);
        }

        var reads = Run.OpenCalls.FindAll(static call => call is { Ready: true, Bound.IsPlainRead: true });
        var effects = Run.OpenCalls.FindAll(static call => call is { Ready: true, Bound.IsPlainRead: false });
        if (reads.Count > 0)
        {
            await RunReadsAsync(reads, cancellationToken);
        }

        for (var i = 0; i < effects.Count; i++)
        {
            if (Run.MustLetGo)
            {
                return false;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (effects[i].Bound!.Tool.Agent is null)
            {
                await RunEffectAsync(effects[i], cancellationToken);
            }
            else
            {
                i += await agents!.RunAsync(effects, i, cancellationToken) - 1;
            }
        }

        return Run.OpenCalls.Count == 0;
    }

    /// <summary>Gives every open call that nobody began an outcome, so that the conversation stays whole at a limit.</summary>
    public void CloseAll(string limit)
    {
        foreach (var call in Run.OpenCalls.Where(call => !call.Closed).ToArray())
        {
            if (call is { Started: true, SubRun: not null })
            {
                session.Stage(new CallFailed
                {
                    RunId = Run.RunId,
                    CallId = call.CallId,
                    Failure = CallFailure.Limit,
                    Error = $"The run has reached its limit of {limit} before the agent had finished. What it did until then stands; the rest is not done.",
                });
            }

            // Announced with an effect, and nobody has said that it did not happen: to call it unmade would be a lie.
            else if (call is { IsInDoubt: true, Bound: not { IsPlainRead: true } })
            {
                session.Stage(new CallFailed
                {
                    RunId = Run.RunId,
                    CallId = call.CallId,
                    Failure = CallFailure.UnknownOutcome,
                    Error = $"The host was interrupted during this call, and the run has reached its limit of {limit}. Nobody knows whether it took effect; do not make it again.",
                });
            }
            else
            {
                Refuse(call, limit);
            }
        }
    }

    private async ValueTask RunEffectAsync(CallState call, CancellationToken cancellationToken)
    {
        // Before it is announced: a run that ends while it waits for its turn has done nothing.
        using var slot = await EnterAsync(call, cancellationToken);
        var again = call.IsInDoubt;
        if (!Announce(call))
        {
            return;
        }

        await session.FlushAsync();
        if (Run.MustCancel)
        {
            Withdraw(call, again);
            return;
        }

        // Not cancelled: cutting off an effect would leave its outcome unknown. The run stops once it is recorded.
        _invoker.Record(call, await _invoker.InvokeAsync(call, new ToolUse(Alone: false, slot, cancellationToken), CancellationToken.None));
        await session.FlushAsync();
    }

    private async ValueTask RunReadsAsync(List<CallState> reads, CancellationToken cancellationToken)
    {
        reads.RemoveAll(call => !Announce(call));
        await session.FlushAsync();
        if (Run.MustCancel)
        {
            reads.ForEach(call => Withdraw(call, again: false));
            return;
        }

        using var slots = new SemaphoreSlim(agent.Limits.ParallelCalls);
        var calls = reads.ConvertAll(call => InvokeInSlotAsync(call, slots, cancellationToken));
        try
        {
            await foreach (var finished in Task.WhenEach(calls))
            {
                var (call, outcome) = await finished;
                _invoker.Record(call, outcome);
            }
        }
        finally
        {
            // On cancellation the others are cancelled too; none may outlive the loop that owns the session.
            await ((Task)Task.WhenAll(calls)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(CallState Call, ToolOutcome Outcome)> InvokeInSlotAsync(CallState call, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            using var slot = await EnterAsync(call, cancellationToken);
            return (call, await _invoker.InvokeAsync(call, new ToolUse(Alone: false, slot, cancellationToken), cancellationToken));
        }
        finally
        {
            slots.Release();
        }
    }

    // Announced, and then, before it was invoked, found to be unwanted.
    private void Withdraw(CallState call, bool again) => session.Stage(RunCancellation.Withdraw(Run.RunId, call, again));

    private ValueTask<ToolSlot?> EnterAsync(CallState call, CancellationToken cancellationToken) =>
        agent.Slots?.EnterAsync(call.Bound!.Tool.PluginId, cancellationToken) ?? default;

    // Returns false when the run may make no more calls; the call then has its outcome.
    private bool Announce(CallState call)
    {
        if (_admission.Refuse(call, out var bytesOut, out var hint) is { } refused)
        {
            session.Stage(refused);
            return false;
        }

        var tool = call.Bound!.Tool;
        session.Stage(new CallStarted
        {
            RunId = Run.RunId,
            CallId = call.CallId,
            ApprovalId = call.Answer?.ApprovalId,
            BytesOut = bytesOut,
            Hint = hint,
            Artifact = tool.Effect == ToolEffect.Compensable ? new ToolArtifact(tool.PluginVersion, tool.ContentHash, tool.SchemaHash) : null,
        });
        return true;
    }

    private void Refuse(CallState call, string limit) => session.Stage(new CallFailed
    {
        RunId = Run.RunId,
        CallId = call.CallId,
        Failure = CallFailure.Limit,
        Error = NotMade.AtLimit(limit),
    });
}
