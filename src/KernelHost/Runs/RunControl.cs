using System.Globalization;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using KernelHost.Runs.Steering;

namespace KernelHost.Runs;

/// <summary>
/// Where people steer runs that other processes work on, or that nobody works on. Needs no agent, no plugin and no model: a run whose
/// agent was deleted can be ended. Safe for concurrent use.
/// </summary>
/// <param name="journal">Where the runs are recorded.</param>
/// <param name="clock">The clock; the system's when <see langword="null"/>.</param>
public sealed class RunControl(JournalStore journal, TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly RunInbox _inbox = new(journal, clock ?? TimeProvider.System);

    /// <summary>Cancels a run and every unfinished run below it, and waits until they have ended. A call with an effect that is being made is waited for.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="reason">Why; the model reads it when the session goes on.</param>
    /// <param name="waiting">Called once when another process works on the run and is waited for.</param>
    /// <param name="cancellationToken">Stops waiting; what was asked for stays asked for.</param>
    /// <returns>The run, cancelled. Cancelling it again changes nothing.</returns>
    /// <exception cref="RunException">There is no such run, or it has finished otherwise.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public async Task<RunSummary> CancelAsync(string runId, string by, string? reason = null, Action? waiting = null, CancellationToken cancellationToken = default)
    {
        HashSet<string> asked = new(StringComparer.Ordinal);
        var root = await RequireCancellableAsync(runId, cancellationToken);
        using var change = new SessionChange(journal, root.SessionId, _clock);
        while (true)
        {
            // Anew each time: a run below may have been on its way when the last look was taken.
            var family = await FamilyAsync(root, cancellationToken);
            foreach (var run in family)
            {
                await TryCancelAsync(run, by, reason, mayAsk: asked.Add(run.RunId), cancellationToken);
            }

            root = await FindAsync(runId, cancellationToken);
            if (root.HasEnded && (await FamilyAsync(root, cancellationToken)).Count == 0)
            {
                return root.Status == RunStatus.Cancelled ? root : throw FinishedOtherwise(root);
            }

            waiting?.Invoke();
            waiting = null;
            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asks for a run, and every unfinished run below it, to be cancelled. What nobody works on is ended at once; the rest is ended by the processes that work on it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="reason">Why; the model reads it when the session goes on.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>The run as it stands now.</returns>
    /// <exception cref="RunException">There is no such run, or it has finished otherwise.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public async Task<RunSummary> RequestCancelAsync(string runId, string by, string? reason = null, CancellationToken cancellationToken = default)
    {
        foreach (var run in await FamilyAsync(await RequireCancellableAsync(runId, cancellationToken), cancellationToken))
        {
            // A process that lets go in this very moment looks once more, and finds what was asked.
            await TryCancelAsync(run, by, reason, mayAsk: true, cancellationToken);
        }

        return await FindAsync(runId, cancellationToken);
    }

    /// <summary>
    /// Asks the process that works on a run to let go of it at its next step, and waits until it has. What it is doing, it finishes. A
    /// sub-run pauses together with the runs above it, which have nothing to do but wait for it, and with those below.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="waiting">Called once when the run is waited for.</param>
    /// <param name="cancellationToken">Stops waiting; what was asked for stays asked for.</param>
    /// <returns>The run, for a sub-run the topmost above it, as it stands now: paused, or finished, waiting or interrupted in the meantime. One that nobody works on is left as it is.</returns>
    /// <exception cref="RunException">There is no such run, or it has finished.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public async Task<RunSummary> PauseAsync(string runId, string by, string? reason = null, Action? waiting = null, CancellationToken cancellationToken = default)
    {
        var run = await RequestPauseAsync(runId, by, reason, cancellationToken);
        using var change = new SessionChange(journal, run.SessionId, _clock);
        while (run.Status == RunStatus.Running)
        {
            waiting?.Invoke();
            waiting = null;
            await change.WaitAsync(cancellationToken);
            var held = IsHeld(run.SessionId);
            run = await FindAsync(run.RunId, cancellationToken);
            if (!held)
            {
                // Its process let go of it, or is dead.
                break;
            }
        }

        return run;
    }

    /// <summary>Asks the process that works on a run to let go of it at its next step, with all runs above and below it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>The run, for a sub-run the topmost above it, as it stands now. One that nobody works on is left as it is.</returns>
    /// <exception cref="RunException">There is no such run, or it has finished.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public async Task<RunSummary> RequestPauseAsync(string runId, string by, string? reason = null, CancellationToken cancellationToken = default)
    {
        var run = await FindAsync(runId, cancellationToken);
        if (run.HasEnded)
        {
            throw new RunException($"Run '{runId}' cannot be paused: it has finished already. See how with 'kernelhost runs show {runId}'.");
        }

        while (run.ParentRunId is { } above)
        {
            run = await FindAsync(above, cancellationToken);
        }

        foreach (var one in await FamilyAsync(run, cancellationToken))
        {
            if (one.Status == RunStatus.Running)
            {
                await _inbox.TryPutAsync(one.RunId, new PauseRequested { RunId = one.RunId, By = by, Reason = reason }, cancellationToken);
            }
        }

        return await FindAsync(run.RunId, cancellationToken);
    }

    /// <summary>Says something to a run that is under way: its model reads it before its next step, or when the run goes on.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="by">Who says it.</param>
    /// <param name="text">What they say.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>The run as it stands now.</returns>
    /// <exception cref="RunException">There is no such run, or it has finished.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public async Task<RunSummary> SayAsync(string runId, string by, string text, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var run = await FindAsync(runId, cancellationToken);
        return await _inbox.TryPutAsync(runId, new MessageAdded { RunId = runId, By = by, Text = text }, cancellationToken)
            ? await FindAsync(runId, cancellationToken)
            : throw new RunException($"Run '{runId}' has finished and hears nothing any more. Ask in its session: kernelhost run {run.Agent} --session {run.SessionId}");
    }

    /// <summary>
    /// Makes a new session with what happened up to an event of a run, to go on from there differently. The run itself is left alone, also
    /// while somebody works on it. A call that had begun at that event is not made again in the fork; one that was only proposed is decided anew.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="by">Who forks.</param>
    /// <param name="at">The sequence of the last event to take over, one of the run's; <see langword="null"/> takes all there are.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <exception cref="RunException">There is no such run, or the event is none of its.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public async Task<SessionFork> ForkAsync(string runId, string by, long? at = null, CancellationToken cancellationToken = default)
    {
        var (run, events, first, last) = await ReadRunAsync(runId, cancellationToken);
        return at is null || (at >= first && at <= last)
            ? await ForkAsync(run, events, at ?? last, by, cancellationToken)
            : throw new RunException(string.Create(CultureInfo.InvariantCulture,
                $"Run '{runId}' has no event {at}: its events are {first} to {last}. See them with 'kernelhost runs show {runId}'."));
    }

    /// <summary>Makes a new session with what happened before a run, to ask something else in its place.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="by">Who forks.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <exception cref="RunException">There is no such run.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public async Task<SessionFork> ForkBeforeAsync(string runId, string by, CancellationToken cancellationToken = default)
    {
        var (run, events, first, _) = await ReadRunAsync(runId, cancellationToken);
        return await ForkAsync(run, events, first - 1, by, cancellationToken);
    }

    private async ValueTask<(RunSummary Run, IReadOnlyList<RunEvent> Events, long First, long Last)> ReadRunAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await FindAsync(runId, cancellationToken);
        var events = await journal.ReadAsync(run.SessionId, afterSequence: 0, cancellationToken);
        var own = events.Where(runEvent => runEvent.RunId == runId && runEvent is not SessionForked).ToList();

        // A call may have been undone long after, behind later runs of the session: what lies there is not this run any more.
        var next = events.FirstOrDefault(runEvent => runEvent is RunStarted && runEvent.RunId != runId && runEvent.Sequence > own[0].Sequence)?.Sequence ?? long.MaxValue;
        own.RemoveAll(runEvent => runEvent.Sequence > next);
        return (run, events, own[0].Sequence, own[^1].Sequence);
    }

    private async Task<SessionFork> ForkAsync(RunSummary run, IReadOnlyList<RunEvent> events, long at, string by, CancellationToken cancellationToken)
    {
        var (copies, runId, canResume) = ForkedEvents.Create(
            [.. events.Where(runEvent => runEvent.Sequence <= at)], new ForkedEvents.Origin(run.SessionId, run.RunId, by), _clock.GetUtcNow());
        var session = RunIds.NewSession();
        await journal.AppendAsync(session, 0, copies, cancellationToken);
        return new SessionFork(session, runId, run.Agent, canResume, at);
    }

    private bool IsHeld(string sessionId)
    {
        try
        {
            journal.Claim(sessionId).Dispose();
            return false;
        }
        catch (SessionBusyException)
        {
            return true;
        }
    }

    private async ValueTask<RunSummary> FindAsync(string runId, CancellationToken cancellationToken) =>
        await journal.FindRunAsync(runId, cancellationToken) ?? throw new RunException($"There is no run '{runId}'. List the runs with 'kernelhost runs list'.");

    private async ValueTask<RunSummary> RequireCancellableAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await FindAsync(runId, cancellationToken);
        return run.Status is RunStatus.Completed or RunStatus.Stopped ? throw FinishedOtherwise(run) : run;
    }

    // The run, if it has not ended, and all below it that have not: first the ones above, which would start more.
    private async ValueTask<List<RunSummary>> FamilyAsync(RunSummary root, CancellationToken cancellationToken)
    {
        List<RunSummary> all = [root];
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(await journal.ListRunsAsync(new RunFilter(Limit: int.MaxValue, ParentRunId: all[i].RunId), cancellationToken));
        }

        all.RemoveAll(static run => run.HasEnded);
        return all;
    }

    private async ValueTask TryCancelAsync(RunSummary run, string by, string? reason, bool mayAsk, CancellationToken cancellationToken)
    {
        var request = new CancelRequested { RunId = run.RunId, By = by, Reason = reason };
        if (!await TryEndAsync(run, request, cancellationToken) && mayAsk)
        {
            await _inbox.TryPutAsync(run.RunId, request, cancellationToken);
        }
    }

    /// <summary>Ends a run that nobody works on.</summary>
    /// <returns>Whether the session could be had; a run that has ended by itself is left as it is.</returns>
    private async ValueTask<bool> TryEndAsync(RunSummary run, CancelRequested request, CancellationToken cancellationToken)
    {
        try
        {
            using var claim = journal.Claim(run.SessionId);
            while (!await TryEndClaimedAsync(run, request, cancellationToken))
            {
                // An answer came in between, and it may tell what became of a call: read again.
            }

            return true;
        }
        catch (SessionBusyException)
        {
            return false;
        }
    }

    private async ValueTask<bool> TryEndClaimedAsync(RunSummary run, CancelRequested request, CancellationToken cancellationToken)
    {
        var state = new SessionState(run.SessionId);
        foreach (var runEvent in await journal.ReadAsync(run.SessionId, afterSequence: 0, cancellationToken))
        {
            state.Apply(runEvent);
        }

        if (state.Run is not { Ended: false } unfinished || unfinished.RunId != run.RunId)
        {
            return true;
        }

        var session = new SessionWriter(journal, state, observer: null, _clock) { TakesInput = false };
        if (!unfinished.MustCancel)
        {
            session.Stage(new CancelRequested { RunId = run.RunId, By = request.By, Reason = request.Reason });
        }

        try
        {
            await RunCancellation.TakeUpAndFinishAsync(session);
            return true;
        }
        catch (JournalConflictException)
        {
            return false;
        }
    }

    private static RunException FinishedOtherwise(RunSummary run) => new(
        $"Run '{run.RunId}' cannot be cancelled: it has finished already. See how with 'kernelhost runs show {run.RunId}'.");
}
