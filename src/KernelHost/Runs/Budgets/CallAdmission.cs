using KernelHost.Policy.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Budgets;

/// <summary>The last look before a call is announced: whether an operator has stopped it, and whether the budgets have room for it.</summary>
internal sealed class CallAdmission(BoundAgent agent, SessionWriter session)
{
    private RunState Run => session.State.Run!;

    /// <summary>The outcome of a call that may not be made; <see langword="null"/> when it may, and then the shared budgets have it reserved.</summary>
    /// <param name="call">The call; the gate has let it through.</param>
    /// <param name="bytesOut">Bytes of arguments that leave with it; <see langword="null"/> when none do.</param>
    /// <param name="hint">What the model is to be told beside the result; <see langword="null"/> for nothing.</param>
    /// <exception cref="RunStoppedException">An operator has stopped the whole run.</exception>
    public CallFailed? Refuse(CallState call, out long? bytesOut, out string? hint)
    {
        hint = null;
        var (guards, bound) = (session.Guards, call.Bound!);
        if (guards.Stops.StoppedRun(session.State, guards.Ancestors) is { } stopped)
        {
            throw new RunStoppedException(stopped);
        }

        bytesOut = bound.Tool.Egress ? TokenCount.Bytes(call.Arguments) : null;
        if (guards.Stops.StoppedCall(call.CallId, bound.Tool) is { } stop)
        {
            return Stopped(call, stop);
        }

        // Made again after a crash it is still the same call, and was counted.
        if (call.Started)
        {
            return null;
        }

        if (Run.Loops.Refusal(agent.Limits, call, bound) is { } loop)
        {
            return new CallFailed { RunId = Run.RunId, CallId = call.CallId, Failure = CallFailure.Loop, Error = NotMade.Because(loop) };
        }

        hint = Run.Loops.Hint(agent.Limits, call, bound);
        var limit = LimitCheck.Refusal(agent.Limits, Run, bound, bytesOut ?? 0)
            ?? guards.Accounts.Reserve(call.CallId, new BudgetUse { ToolCalls = 1, Tool = bound.Tool.QualifiedName, BytesOut = bytesOut ?? 0 }, bound.Tool.PluginId)?.Limit;
        return limit is null ? null : new CallFailed { RunId = Run.RunId, CallId = call.CallId, Failure = CallFailure.Limit, Error = NotMade.AtLimit(limit) };
    }

    // One that may have taken effect already is not called unmade.
    private CallFailed Stopped(CallState call, string stop) => call.Started && !call.Bound!.IsPlainRead
        ? new CallFailed { RunId = Run.RunId, CallId = call.CallId, Failure = CallFailure.UnknownOutcome, Error = $"The host was interrupted during this call, nobody knows whether it took effect, and it is not made again. {stop}" }
        : new CallFailed { RunId = Run.RunId, CallId = call.CallId, Failure = CallFailure.Stopped, Error = NotMade.Because(stop) };
}
