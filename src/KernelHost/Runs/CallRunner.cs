using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using Microsoft.Extensions.Logging;

namespace KernelHost.Runs;

/// <summary>
/// Makes the calls that the gate lets through: plain reads side by side, everything with an effect one after another in the order
/// the model proposed, each announced on disk before it is made and recorded on disk before the next.
/// </summary>
internal sealed class CallRunner(BoundAgent agent, SessionWriter session, ILogger log)
{
    private readonly ToolInvoker _invoker = new(agent, session, log);

    private RunState Run => session.State.Run!;

    /// <summary>Makes the calls that are ready. Returns whether every open call has an outcome.</summary>
    public async ValueTask<bool> RunAsync(CancellationToken cancellationToken)
    {
        var (reads, effects) = TakeReady();
        if (reads.Count > 0)
        {
            await RunReadsAsync(reads, cancellationToken);
        }

        foreach (var call in effects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Announce(call))
            {
                await session.FlushAsync();

                // Not cancelled: cutting off an effect would leave its outcome unknown. The run stops once it is recorded.
                _invoker.Record(call.Call, await _invoker.InvokeAsync(call.Call, CancellationToken.None));
                await session.FlushAsync();
            }
        }

        return Run.OpenCalls.Count == 0;
    }

    /// <summary>Gives every open call that nobody began an outcome, so that the conversation stays whole at a limit.</summary>
    public void CloseAll(string limit)
    {
        foreach (var call in Run.OpenCalls.Where(call => !call.Closed).ToArray())
        {
            Refuse(call, limit);
        }
    }

    private (List<CallState> Reads, List<CallState> Effects) TakeReady()
    {
        List<CallState> reads = [];
        List<CallState> effects = [];
        foreach (var call in Run.OpenCalls)
        {
            if (call.Ready)
            {
                (agent.FindTool(call.Call.Name)!.IsPlainRead ? reads : effects).Add(call);
            }
        }

        return (reads, effects);
    }

    private async ValueTask RunReadsAsync(List<CallState> reads, CancellationToken cancellationToken)
    {
        reads.RemoveAll(call => !Announce(call));
        await session.FlushAsync();
        if (reads.Count == 1)
        {
            _invoker.Record(reads[0].Call, await _invoker.InvokeAsync(reads[0].Call, cancellationToken));
            return;
        }

        using var slots = new SemaphoreSlim(agent.Limits.ParallelCalls);
        var calls = reads.ConvertAll(call => InvokeInSlotAsync(call.Call, slots, cancellationToken));
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

    private async Task<(ProposedCall Call, ToolOutcome Outcome)> InvokeInSlotAsync(ProposedCall call, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            return (call, await _invoker.InvokeAsync(call, cancellationToken));
        }
        finally
        {
            slots.Release();
        }
    }

    // Returns false when the run may make no more calls; the call then has its outcome.
    private bool Announce(CallState call)
    {
        if (Run.ToolCalls >= agent.Limits.ToolCalls)
        {
            Refuse(call, LimitCheck.ToolCalls(agent.Limits));
            return false;
        }

        session.Stage(new CallStarted { RunId = Run.RunId, CallId = call.CallId, ApprovalId = call.Answer?.ApprovalId });
        return true;
    }

    private void Refuse(CallState call, string limit) => session.Stage(new CallFailed
    {
        RunId = Run.RunId,
        CallId = call.CallId,
        Failure = CallFailure.Limit,
        Error = $"Not made: the run has reached its limit of {limit}.",
    });
}
