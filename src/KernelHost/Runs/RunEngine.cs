using System.Collections.Concurrent;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using KernelHost.Runs.Steering;
using KernelHost.Runs.Stops;
using KernelHost.Runs.SubRuns;
using KernelHost.Text;
using Microsoft.Extensions.Logging;

namespace KernelHost.Runs;

/// <summary>Starts and resumes runs. The journal is the truth: any process may take up what another left. Safe for concurrent use.</summary>
public sealed class RunEngine(AgentBinder agents, JournalStore journal, ILoggerFactory loggerFactory, TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly ILogger _log = loggerFactory.CreateLogger<RunEngine>();
    private readonly SessionCache _sessions = new(journal);
    private readonly ConcurrentDictionary<string, BoundAgent> _bound = new(StringComparer.Ordinal);

    internal JournalStore Journal => journal;

    internal SessionCache Sessions => _sessions;

    internal SubRunTree Tree { get; } = new(journal, clock ?? TimeProvider.System);

    private SubRunHost SubRuns => field ??= new EngineSubRuns(this, _log);

    /// <summary>What operators have stopped.</summary>
    internal KillSwitch Stops { get; init; } = KillSwitch.None;

    /// <summary>The budgets that runs share; without any, those of sub-runs with the runs above them only.</summary>
    internal SharedBudgets Budgets { get; init; } = new(Policy.Budgets.BudgetRules.None, Ledger.InMemory);

    /// <summary>The groups that a principal belongs to: it sees what names one of them as reader.</summary>
    internal Func<string, IReadOnlyList<string>> GroupsOf { get; init; } = static _ => [];

    private RunGuarding Guarding => field ??= new RunGuarding(BindAsync, journal) { Stops = Stops, Budgets = Budgets };

    /// <summary>Starts a run and works on it until it answers, waits for a human, reaches a limit or is cancelled.</summary>
    /// <param name="request">Who asks which agent for what.</param>
    /// <param name="observer">Watches the run; <see langword="null"/> when nobody does.</param>
    /// <param name="cancellationToken">Interrupts the run; it can be resumed. Does not throw once the run has started.</param>
    /// <exception cref="RunException">The session does not exist or has an unfinished run.</exception>
    /// <exception cref="Agents.AgentException">The agent does not exist or is not valid.</exception>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public async Task<RunResult> StartAsync(RunRequest request, RunObserver? observer = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Text);
        observer = GuardedObserver.Around(observer, _log);
        if (request.SessionId is { } asked && !RunIds.IsSession(asked))
        {
            // A claim is a file named after the session, so nothing but a session's id may get there.
            throw NoSession(asked);
        }

        var agent = await BindAsync(request.Agent, cancellationToken);
        var sessionId = request.SessionId ?? RunIds.NewSession();
        (RunResult Result, long Sequence) end;
        using (journal.Claim(sessionId))
        {
            end = await StartClaimedAsync(agent, request, sessionId, observer, cancellationToken);
        }

        return await ObeyAsync(end.Result, end.Sequence, observer);
    }

    private async Task<(RunResult Result, long Sequence)> StartClaimedAsync(
        BoundAgent agent, RunRequest request, string sessionId, RunObserver? observer, CancellationToken cancellationToken)
    {
        var state = await _sessions.OpenAsync(sessionId, cancellationToken);
        CheckFree(request, state);
        if (state.AgentFor(agent.Name) is var holder && holder != agent.Name)
        {
            agent = await BindAsync(holder, cancellationToken);
        }

        if (Stops.StoppedStart(agent.Name, sessionId) is { } stopped)
        {
            throw new RunException($"Nothing was started. {stopped}. See 'kernelhost stops'.");
        }

        var session = new SessionWriter(journal, state, observer, _clock);
        session.Stage(new RunStarted
        {
            RunId = RunIds.NewRun(),
            Agent = agent.Name,
            Principal = request.Principal,
            Request = request.Text,
            Instructions = agent.Instructions,
            PolicyVersion = agent.PolicyVersion,
            Attendance = request.Attendance,
            Groups = GroupsOf(request.Principal) is { Count: > 0 } groups ? groups : null,
            Grounding = agent.Grounding,
            PassagesBefore = state.PassageCount > 0 ? state.PassageCount : null,
        });
        await session.FlushAsync();
        return await WorkAsync(agent, session, observer, cancellationToken);
    }

    /// <summary>Continues a run that waits, was interrupted, or whose process died. A finished run gives its result again.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="observer">Watches the run; <see langword="null"/> when nobody does.</param>
    /// <param name="cancellationToken">Interrupts the run again.</param>
    /// <exception cref="RunException">There is no such run, or a later run of its session has taken over.</exception>
    /// <exception cref="SessionBusyException">Another process is running it.</exception>
    public Task<RunResult> ResumeAsync(string runId, RunObserver? observer = null, CancellationToken cancellationToken = default) =>
        ResumeAsync(runId, attendance: null, observer, cancellationToken);

    /// <summary>Continues a run as <see cref="ResumeAsync(string, RunObserver?, CancellationToken)"/> does, and says whether somebody is there to be asked.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="attendance">Whether somebody is there; <see langword="null"/> when somebody is.</param>
    /// <param name="observer">Watches the run; <see langword="null"/> when nobody does.</param>
    /// <param name="cancellationToken">Interrupts the run again.</param>
    /// <exception cref="RunException">There is no such run, or a later run of its session has taken over.</exception>
    /// <exception cref="SessionBusyException">Another process is running it.</exception>
    public async Task<RunResult> ResumeAsync(string runId, Attendance? attendance, RunObserver? observer, CancellationToken cancellationToken)
    {
        observer = GuardedObserver.Around(observer, _log);
        var summary = await journal.FindRunAsync(runId, cancellationToken)
            ?? throw new RunException($"There is no run '{runId}'. List the runs with 'kernelhost runs list'.");
        while (summary.ParentRunId is { } above)
        {
            // What a sub-run finds out is of use only to the run above it, so the work is taken up from the top.
            summary = await journal.FindRunAsync(above, cancellationToken) ?? throw new RunException($"The journal does not hold the run '{above}', which started '{summary.RunId}'.");
        }

        (RunResult Result, long Sequence) end;
        using (journal.Claim(summary.SessionId))
        {
            end = await ResumeClaimedAsync(summary, attendance, observer, cancellationToken);
        }

        return await ObeyAsync(end.Result, end.Sequence, observer);
    }

    private async Task<(RunResult Result, long Sequence)> ResumeClaimedAsync(
        RunSummary summary, Attendance? attendance, RunObserver? observer, CancellationToken cancellationToken)
    {
        var state = await _sessions.OpenAsync(summary.SessionId, cancellationToken);
        var run = state.Run!;
        if (run.RunId != summary.RunId)
        {
            return (await RunResults.ReadAsync(summary, journal, cancellationToken), state.Sequence);
        }

        var session = new SessionWriter(journal, state, observer, _clock);
        if (run.MustCancel)
        {
            // Whoever asked for it found the session held; nobody need have the agent to end it.
            await RunCancellation.TakeUpAndFinishAsync(session);
        }

        if (run.Ended)
        {
            if (Budgets.Rules.All.Count > 0)
            {
                await LedgerSweep.RunAsync(Budgets.Ledger, journal, cancellationToken);
            }

            await EndGivenUpAsync(run);
        }

        if (run.Ended || await Tree.IsWaitingAsync(run, cancellationToken))
        {
            return (await RunResults.CreateAsync(state, journal, cancellationToken), state.Sequence);
        }

        var agent = await BindAsync(run.Agent, cancellationToken);
        await GuardAsync(agent, session, cancellationToken);
        session.Stage(Resumed(agent, session, attendance));
        await session.FlushAsync();
        return await WorkAsync(agent, session, observer, cancellationToken);
    }

    /// <summary>
    /// Undoes a call of a compensable tool, through its plugin. Exactly once: the order is on disk before the plugin is invoked, one that a
    /// crash or a failure left open may be given again and carries the same key, and a call that is undone is not undone again. No policy is
    /// asked: that a tool may not be used is no reason to keep what it did.
    /// </summary>
    /// <param name="order">What is undone, by whose order, and why.</param>
    /// <param name="cancellationToken">Cuts the plugin off; what came of it is then unknown, and it may be ordered again.</param>
    /// <exception cref="RunException">It cannot be undone, or not by this person, or not now; the message says why and what to do.</exception>
    /// <exception cref="SessionBusyException">Another process works in the session.</exception>
    /// <exception cref="Agents.AgentException">The agent of the run does not exist any more or is not valid.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public async Task<CompensationResult> CompensateAsync(CompensationOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentException.ThrowIfNullOrWhiteSpace(order.By);
        ArgumentException.ThrowIfNullOrWhiteSpace(order.Reason);
        var run = await journal.FindRunAsync(order.RunId, cancellationToken)
            ?? throw new RunException($"There is no run '{VisibleText.Escape(order.RunId)}'. List the runs with 'kernelhost runs list'.");
        using (journal.Claim(run.SessionId))
        {
            return await new Compensation(this, _clock, _log).RunAsync(run, order, cancellationToken);
        }
    }

    private async Task<(RunResult Result, long Sequence)> WorkAsync(
        BoundAgent agent, SessionWriter session, RunObserver? observer, CancellationToken cancellationToken)
    {
        await LoopAsync(agent, session, observer, cancellationToken);
        var sequence = session.State.Sequence;
        _sessions.Return(session.State);
        return (await RunResults.CreateAsync(session.State, journal, CancellationToken.None), sequence);
    }

    // Somebody who asked for the run to be cancelled when it had just let go, and found the session still held, relies on this look.
    private async Task<RunResult> ObeyAsync(RunResult result, long sequence, RunObserver? observer)
    {
        if (result.HasEnded || await journal.LastSequenceAsync(result.SessionId, CancellationToken.None) == sequence)
        {
            return result;
        }

        var since = await journal.ReadAsync(result.SessionId, sequence, CancellationToken.None);
        if (!since.Any(runEvent => runEvent is CancelRequested && runEvent.RunId == result.RunId))
        {
            return result;
        }

        try
        {
            return await ResumeAsync(result.RunId, observer, CancellationToken.None);
        }
        catch (SessionBusyException)
        {
            // Somebody else has taken it up, and finds the request as well.
            return result;
        }
    }

    /// <summary>Puts over a run what stands over it from outside, before it is taken up again.</summary>
    /// <exception cref="RunException">An operator has stopped it.</exception>
    internal async ValueTask GuardAsync(BoundAgent agent, SessionWriter session, CancellationToken cancellationToken)
    {
        session.Guards = await Guarding.ForAsync(agent, session, cancellationToken);
        if (Stops.StoppedRun(session.State, session.Guards.Ancestors) is { } stopped)
        {
            throw new RunException($"Run '{session.State.Run!.RunId}' cannot be resumed. {stopped}. Lift the stop ('kernelhost stops' lists them), then resume.");
        }
    }

    /// <summary>The event with which a guarded run is taken up. A model call that the process before may have left under way is charged with it.</summary>
    internal static RunResumed Resumed(BoundAgent agent, SessionWriter session, Attendance? attendance)
    {
        var (run, accounts) = (session.State.Run!, session.Guards.Accounts);
        return new RunResumed
        {
            RunId = run.RunId,
            Attendance = attendance,
            Charged = !accounts.Any || accounts.LeftModelCall ? RunSpending.InFlight(agent.Within(run.Started.Limits), session.State) : null,
        };
    }

    internal SessionWriter Write(SessionState state) => new(journal, state, observer: null, _clock);

    /// <summary>Works on a run, of whatever level, until it lets go; then ends the sub-runs that it has given up.</summary>
    internal async ValueTask LoopAsync(BoundAgent agent, SessionWriter session, RunObserver? observer, CancellationToken cancellationToken)
    {
        await _sessions.LoadConversationAsync(session.State, CancellationToken.None);
        if (session.Guards == RunGuards.None)
        {
            session.Guards = await Guarding.ForAsync(agent, session, CancellationToken.None);
        }

        var run = session.State.Run!;
        using (var watch = new CancelWatch(journal, session.State, _clock))
        {
            await new RunLoop(agent.Within(run.Started.Limits), session, SubRuns, observer, _log).RunAsync(watch.Token, cancellationToken);
            while (run is { Status: RunStatus.Running } && run.Agent != agent.Name)
            {
                agent = await BindAsync(run.Agent, cancellationToken);
                session.Guards = await Guarding.ForAsync(agent, session, CancellationToken.None);
                await new RunLoop(agent.Within(run.Started.Limits), session, SubRuns, observer, _log).RunAsync(watch.Token, cancellationToken);
            }
        }

        if (run.MustCancel)
        {
            // It was interrupted, and found in that moment that it is to end for good.
            await RunCancellation.TakeUpAndFinishAsync(session);
        }

        await EndGivenUpAsync(run);
    }

    // A call that was closed before its sub-run had ended, be it by a limit or by a person, leaves nothing behind that still asks people.
    private async ValueTask EndGivenUpAsync(RunState run)
    {
        foreach (var child in run.GivenUp)
        {
            if (await journal.FindRunAsync(child.RunId, CancellationToken.None) is { HasEnded: false })
            {
                await new RunControl(journal, _clock).RequestCancelAsync(child.RunId, $"run {run.RunId}", "The run that asked goes on without it.", CancellationToken.None);
            }
        }
    }

    internal async ValueTask<BoundAgent> BindAsync(string name, CancellationToken cancellationToken) =>
        _bound.TryGetValue(name, out var agent) ? agent : _bound.GetOrAdd(name, await agents.BindAsync(name, cancellationToken));

    private static void CheckFree(RunRequest request, SessionState session)
    {
        if (request.SessionId is not null && session is { Run: null, Origin: null })
        {
            throw NoSession(request.SessionId);
        }

        CheckOwner(request, session);
        if (session.Run is { Ended: false } unfinished)
        {
            throw new RunException($"Session '{session.SessionId}' has the unfinished run '{unfinished.RunId}'. Finish it first: kernelhost resume {unfinished.RunId}");
        }
    }

    // A conversation holds what was shown to its principal and its agent: nobody else is let into it.
    private static void CheckOwner(RunRequest request, SessionState session)
    {
        if (session.Run?.Started is not { } last)
        {
            return;
        }

        if (last.Principal != request.Principal)
        {
            throw new RunException($"Session '{session.SessionId}' belongs to '{VisibleText.Escape(last.Principal)}', not to '{VisibleText.Escape(request.Principal)}'. Leave the session out to start one of your own.");
        }

        // Who asks for the agent it began with reaches the one it was handed over to.
        var holder = session.Run.Agent;
        if (session.AgentFor(request.Agent) != holder)
        {
            throw new RunException($"Session '{session.SessionId}' is a conversation with agent '{holder}', not with '{VisibleText.Escape(request.Agent)}'. Go on with that agent, or leave the session out to start a new one.");
        }
    }

    private static RunException NoSession(string sessionId) =>
        new($"There is no session '{VisibleText.Escape(sessionId)}'. Leave the session out to start a new one.");
}
