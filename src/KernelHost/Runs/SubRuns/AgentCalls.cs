using System.Globalization;
using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.SubRuns;

/// <summary>Makes the calls that lead to other agents, once the gate has let them through.</summary>
internal sealed class AgentCalls(BoundAgent agent, SessionWriter session, SubRunHost host)
{
    /// <summary>How often a conversation may change hands within one run, so that agents do not pass it back and forth.</summary>
    public const int MaximumHandOvers = 5;

    private readonly CallAdmission _admission = new(agent, session);

    private RunState Run => session.State.Run!;

    /// <summary>Why an agent may not be asked, whatever the policy says; <see langword="null"/> when it may.</summary>
    public static string? Refusal(AgentLink link, BoundAgent agent, RunState run)
    {
        if (link.HandsOver)
        {
            return run.Next is { } next ? $"Not made: the conversation is being handed over to '{next.To}' already."
                : run.HandOvers >= MaximumHandOvers ? string.Create(CultureInfo.InvariantCulture, $"Not made: the conversation has changed hands {MaximumHandOvers} times for this request, and that is enough. Answer with what you know.")
                : null;
        }

        var depth = (run.Started.Ancestors?.Count ?? 0) + 1;
        return depth >= agent.MaximumDepth
            ? string.Create(CultureInfo.InvariantCulture, $"Not made: agents may ask agents at most {agent.MaximumDepth} deep, and this is the last. Answer with what you know.")
            : null;
    }

    /// <summary>Makes the call at an index, together with the calls behind it that ask agents, too.</summary>
    /// <returns>How many calls it made.</returns>
    public async ValueTask<int> RunAsync(List<CallState> calls, int index, CancellationToken cancellationToken)
    {
        if (calls[index].Bound!.Tool.Agent is { HandsOver: true } link)
        {
            await HandOverAsync(calls[index], link, cancellationToken);
            return 1;
        }

        var end = index + 1;
        while (end < calls.Count && calls[end].Bound!.Tool.Agent is { HandsOver: false })
        {
            end++;
        }

        await AskAsync(calls[index..end], cancellationToken);
        return end - index;
    }

    // Nothing happens outside of the journal, so announcement and outcome are one unit. Made again after a crash in it, it is the same.
    private async ValueTask HandOverAsync(CallState call, AgentLink link, CancellationToken cancellationToken)
    {
        call.Ready = false;
        if (Refusal(link, agent, Run) is { } refusal && Run.Next?.CallId != call.CallId)
        {
            // Several in one reply: the gate let each through before any was made.
            Refuse(call, refusal);
        }
        else if (Announce(call))
        {
            if (await host.FindAgentAsync(link.Name, cancellationToken) is { } next)
            {
                HandOver(call, next);
            }
            else
            {
                session.Stage(SubRunAnswer.Fail(Run, call, $"The agent '{link.Name}' cannot be used at present.", usage: null));
            }
        }

        await session.FlushAsync();
    }

    private void HandOver(CallState call, BoundAgent next)
    {
        session.Stage(new HandedOver
        {
            RunId = Run.RunId,
            CallId = call.CallId,
            From = agent.Name,
            To = next.Name,
            Reason = Text(call, "reason"),
            Instructions = next.Instructions,
            PolicyVersion = next.PolicyVersion,
            Grounding = Run.Grounding is null ? null : next.Grounding,
        });
        session.Stage(new CallCompleted
        {
            RunId = Run.RunId,
            CallId = call.CallId,
            Result = $"The conversation is now with the agent '{next.Name}', which answers from here on.",
            Integrity = Integrity.Trusted,
        });
    }

    // Side by side. What they are asked and the ids of their runs are on disk before any of them begins.
    private async ValueTask AskAsync(List<CallState> calls, CancellationToken cancellationToken)
    {
        List<SubRunCall> announced = new(calls.Count);
        foreach (var call in calls)
        {
            call.Ready = false;
            if (Announce(call))
            {
                announced.Add(new SubRunCall(call, Rest(agent.Limits)));
            }
        }

        await session.FlushAsync();
        if (announced.Count == 0 || Run.MustLetGo)
        {
            return;
        }

        await foreach (var (call, outcome) in host.RunAsync(session.State, announced, agent.Limits.ParallelCalls, cancellationToken))
        {
            if (outcome is not null)
            {
                session.Stage(outcome(session.State));
                await session.FlushAsync();
            }
        }
    }

    // A sub-run that was announced stays the one it is; only an approval that was used to let it go on is noted.
    private bool Announce(CallState call)
    {
        if (!call.Started && LimitCheck.Reached(agent.Limits, Run, session.Clock) is { } limit)
        {
            Refuse(call, $"Not made: the run has reached its limit of {limit}.");
            return false;
        }

        if (_admission.Refuse(call, out var bytesOut, out var hint) is { } refused)
        {
            session.Stage(refused);
            return false;
        }

        if (!call.Started || call.Answer is not null)
        {
            session.Stage(new CallStarted
            {
                RunId = Run.RunId,
                CallId = call.CallId,
                ApprovalId = call.Answer?.ApprovalId,
                BytesOut = bytesOut,
                Hint = hint,
                SubRun = call.Bound!.Tool.Agent!.HandsOver ? null : call.SubRun ?? host.NewRef(call.CallId),
            });
        }

        return true;
    }

    private void Refuse(CallState call, string error) =>
        session.Stage(new CallFailed { RunId = Run.RunId, CallId = call.CallId, Failure = CallFailure.Limit, Error = error });

    /// <summary>A text that the model gave, or the person who changed it; the gate has checked it against the schema.</summary>
    public static string Text(CallState call, string argument) => Convert.ToString(call.Arguments?[argument], CultureInfo.InvariantCulture) ?? "";

    private SubRunLimits Rest(AgentLimits limits)
    {
        var time = limits.WallTime - Run.ActiveUntil(session.Clock.GetUtcNow());
        return new SubRunLimits(
            Math.Max(0, limits.Steps - Run.Steps - Run.SubRunSteps),
            Math.Max(0, limits.ToolCalls - Run.ToolCalls),
            Math.Max(0, limits.Tokens - Run.InputTokens - Run.OutputTokens),
            time > TimeSpan.Zero ? time : TimeSpan.Zero);
    }
}
