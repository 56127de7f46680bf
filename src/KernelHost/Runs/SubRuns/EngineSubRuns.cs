using System.Runtime.CompilerServices;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using KernelHost.Text;
using Microsoft.Extensions.Logging;

namespace KernelHost.Runs.SubRuns;

/// <summary>Really makes sub-runs, each in a session of its own, by the same loop as the runs that principals start.</summary>
internal sealed partial class EngineSubRuns(RunEngine engine, ILogger log) : SubRunHost
{
    public override SubRunRef NewRef(string callId) => new(RunIds.NewSession(), RunIds.NewRun());

    public override ValueTask<bool> HasNewsAsync(RunState run) => engine.Tree.HasNewsAsync(run, CancellationToken.None);

    public override async ValueTask<BoundAgent?> FindAgentAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.BindAsync(name, cancellationToken);
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            LogUnusable(exception, name);
            return null;
        }
    }

    public override async IAsyncEnumerable<SubRunEnd> RunAsync(
        SessionState parent, IReadOnlyList<SubRunCall> calls, int parallel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(parallel);
        var started = calls.Select(call => Start(parent, call)).ToList();

        // On threads of the pool: a model that never awaits would otherwise keep the next one waiting.
        var runs = calls.Zip(started, (call, first) => Task.Run(() => InSlotAsync(call, first, slots, cancellationToken), CancellationToken.None)).ToList();
        try
        {
            await foreach (var ended in Task.WhenEach(runs))
            {
                yield return await ended;
            }
        }
        finally
        {
            await ((Task)Task.WhenAll(runs)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Made before anything runs side by side: it looks at the run above, whose state changes with each sub-run that ends.
    private static Beginning Start(SessionState parent, SubRunCall call)
    {
        var run = parent.Run!;
        return new Beginning(
            call.Call.Bound!.Tool.Agent!.Name,
            run.Started.Principal,
            AgentCalls.Text(call.Call, "request"),
            new ParentCall(parent.SessionId, run.RunId, call.Call.CallId),
            [run.RunId, .. run.Started.Ancestors ?? []],
            run.Integrity,
            run.Integrity == Integrity.Trusted ? null : [.. parent.Seen.Where(static content => content.IsOfPeople).Select(static content => (string)content.Value!)],
            run.Attendance,
            run.Started.Groups);
    }

    private async Task<SubRunEnd> InSlotAsync(SubRunCall call, Beginning first, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            return await RunAsync(call, first, cancellationToken);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<SubRunEnd> RunAsync(SubRunCall call, Beginning first, CancellationToken cancellationToken)
    {
        var child = call.Call.SubRun!;
        using var claim = engine.Journal.Claim(child.SessionId);
        var state = await engine.Sessions.OpenAsync(child.SessionId, cancellationToken);
        if (state.Run is { MustCancel: true })
        {
            await RunCancellation.TakeUpAndFinishAsync(engine.Write(state));
        }

        if (state.Run is not { Ended: true })
        {
            if (state.Run is { } open && await engine.Tree.IsWaitingAsync(open, cancellationToken))
            {
                return new SubRunEnd(call.Call, null);
            }

            if (await BindAsync(state.Run?.Agent ?? first.Agent, state, cancellationToken) is not { } agent)
            {
                return new SubRunEnd(call.Call, parent => SubRunAnswer.Fail(parent.Run!, call.Call, $"The agent '{first.Agent}' cannot be used at present.", usage: null));
            }

            await WorkAsync(call, first, state, agent, cancellationToken);
        }

        var ended = state.Run!;
        if (ended.Status == RunStatus.Interrupted && ended.Interrupted is { Blocked: true, Reason: var reason })
        {
            throw new SubRunException(reason);
        }

        if (ended.Status == RunStatus.Interrupted && ended.Interrupted is { Stopped: true, Reason: var stopped })
        {
            // Once the stop is lifted the sub-run goes on; the run above waits with it.
            throw new RunStoppedException(stopped);
        }

        if (ended.Status == RunStatus.Interrupted && ended.Interrupted is { Failed: false })
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return new SubRunEnd(call.Call, ended.Status is RunStatus.WaitingForApproval or RunStatus.Paused ? null : parent => SubRunAnswer.Create(parent, call.Call, ended));
    }

    private async Task WorkAsync(SubRunCall call, Beginning first, SessionState state, BoundAgent agent, CancellationToken cancellationToken)
    {
        var session = engine.Write(state);
        var limits = state.Run?.Started.Limits ?? call.Limits;
        if (state.Run is null)
        {
            session.Stage(new RunStarted
            {
                RunId = call.Call.SubRun!.RunId,
                Agent = agent.Name,
                Principal = first.Principal,
                Request = first.Request,
                Instructions = agent.Instructions,
                PolicyVersion = agent.PolicyVersion,
                Parent = first.Parent,
                Ancestors = first.Ancestors,
                Limits = limits,
                RequestIntegrity = first.Integrity == Integrity.Trusted ? null : first.Integrity,
                UserWords = first.UserWords,
                Attendance = first.Attendance,
                Groups = first.Groups,
                Grounding = agent.Grounding,
            });
        }
        else
        {
            await engine.GuardAsync(agent, session, cancellationToken);
            session.Stage(RunEngine.Resumed(agent, session, first.Attendance));
        }

        await session.FlushAsync();
        await engine.LoopAsync(agent, session, observer: null, cancellationToken);
    }

    // An agent that cannot be used is told to the model, which can do without it. A sub-run that has begun is not given up for that:
    // people may have approved what it is about to do.
    private async ValueTask<BoundAgent?> BindAsync(string name, SessionState state, CancellationToken cancellationToken)
    {
        if (state.Run is not { } run)
        {
            return await FindAgentAsync(name, cancellationToken);
        }

        try
        {
            return await engine.BindAsync(name, cancellationToken);
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            LogUnusable(exception, name);
            throw new SubRunException($"The agent '{name}' of the sub-run '{run.RunId}' cannot be used any more: {exception.Message} Put it right, then resume the run.", exception);
        }
    }

    private static bool IsUnusable(Exception exception) => exception is SourceException or RunException or InvalidOperationException or ArgumentException;

    [LoggerMessage(LogLevel.Error, "The agent '{Agent}', which another agent names, cannot be used.")]
    private partial void LogUnusable(Exception exception, string agent);

    private sealed record Beginning(string Agent, string Principal, string Request, ParentCall Parent, IReadOnlyList<string> Ancestors, Integrity Integrity, IReadOnlyList<string>? UserWords, Attendance? Attendance, IReadOnlyList<string>? Groups);
}
