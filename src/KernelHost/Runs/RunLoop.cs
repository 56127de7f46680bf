using KernelHost.Models;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Grounding;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using KernelHost.Runs.SubRuns;
using Microsoft.Extensions.Logging;

namespace KernelHost.Runs;

/// <summary>
/// Works on one run: settles the calls that are open, asks the planner for the next step, and again, until there is an answer, a
/// question to a human, a limit or a cancellation. It does I/O and decides nothing: the policy decides, the planner plans.
/// </summary>
internal sealed partial class RunLoop
{
    private readonly BoundAgent _agent;
    private readonly SessionWriter _session;
    private readonly ModelStep _model;
    private readonly AnswerGrounding _grounding;
    private readonly CallGate _gate;
    private readonly CallRunner _calls;
    private readonly SubRunHost _subRuns;
    private readonly RunSpending _spending;
    private readonly TopUps _topUps;
    private readonly LimitRaise _raised;
    private readonly ILogger _log;

    public RunLoop(BoundAgent agent, SessionWriter session, SubRunHost subRuns, RunObserver? observer, ILogger log)
    {
        _agent = agent;
        _session = session;
        _log = log;
        _spending = new RunSpending(agent, session);
        _topUps = new TopUps(agent, session);
        _raised = session.State.Run!.Raised;
        _grounding = new AnswerGrounding(agent, session);

        // An answer that may come to be another one is shown to nobody before it is.
        _model = new ModelStep(agent, session, _spending, session.State.Run!.Grounding is { HoldsBack: true } ? null : observer);
        _gate = new CallGate(agent, session);
        _subRuns = subRuns;
        _calls = new CallRunner(agent, session, log, new AgentCalls(agent, session, subRuns));
    }

    /// <summary>The run is let go for a loop under other limits: another agent has the conversation, or people have allowed more.</summary>
    public bool GoesOn => Run.Status == RunStatus.Running && (Run.Agent != _agent.Name || Run.Raised != _raised);

    private RunState Run => _session.State.Run!;

    // A question may be answered while the run works on other calls, and a call may end without an outcome.
    private bool HasNews => Run.TopUp is { Status: not ApprovalStatus.Pending } || Run.OpenCalls.Exists(static call => call.Settled || call is { Closed: false, TimedOut: not null, Approval: null } or { Closed: false, Reported: not null, Approval: null });

    /// <param name="cancelRequested">A request to cancel the run is in the journal.</param>
    /// <param name="cancellationToken">Interrupts the run.</param>
    public async ValueTask RunAsync(CancellationToken cancelRequested, CancellationToken cancellationToken)
    {
        using var activity = RunActivity.Start(_agent, _session.State);
        using var wallTime = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _session.Clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, wallTime.Token, cancelRequested);
        var left = _agent.Limits.WallTime - Run.ActiveUntil(_session.Clock.GetUtcNow());
        wallTime.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        try
        {
            await StepsAsync(stop.Token);
        }
        catch (OperationCanceledException) when (cancelRequested.IsCancellationRequested)
        {
            await _session.TakeInAsync();
            await RunCancellation.FinishAsync(_session, _spending.TakeUnsettled());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await InterruptAsync("cancelled by the caller", failed: false);
        }
        catch (OperationCanceledException) when (wallTime.IsCancellationRequested)
        {
            // The timer has the last word, whatever the clock says: no time is left to ask the model.
            var limit = LimitCheck.WallTime(_agent.Limits);
            _calls.CloseAll(limit);
            await CompleteAsync(_grounding.OfHost(WrapUp.Describe(limit, _session.State)), limit);
        }
        catch (RunStoppedException stopped)
        {
            await InterruptAsync(stopped.Message, failed: false, stopped: true);
        }
        catch (ModelException exception)
        {
            LogModelFailed(exception, Run.RunId, _agent.Name);
            activity?.SetError(exception);
            await InterruptAsync(exception.Message, failed: true);
        }
        catch (SubRunException exception)
        {
            activity?.SetError(exception);
            await InterruptAsync(exception.Message, failed: true, blocked: true);
        }

        _session.Guards.Accounts.Flush();
    }

    private async ValueTask StepsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Run.MustCancel)
            {
                await RunCancellation.FinishAsync(_session);
                return;
            }

            // What is answered already is finished rather than paused.
            if (Run is { PauseRequest: { } pause, IsAnswered: false })
            {
                _session.Stage(new RunPaused { RunId = Run.RunId, By = pause.By, Reason = pause.Reason });
                await _session.FlushAsync();
                return;
            }

            if (Run.OpenCalls.Count > 0 && (!await SettleAsync(first: 0, cancellationToken) || Run.MustLetGo))
            {
                if (HasNews || Run.MustLetGo)
                {
                    continue;
                }

                if (await TryParkAsync())
                {
                    return;
                }

                continue;
            }

            if (Run.Agent != _agent.Name)
            {
                // Handed over: the loop of the agent that has the conversation now goes on.
                return;
            }

            if (Run.IsAnswered)
            {
                if (await TryCompleteAsync(Run.FinalText!))
                {
                    return;
                }

                continue;
            }

            if (Run.TopUp is not null && !_topUps.TryTakeUp())
            {
                if (await TryParkAsync())
                {
                    return;
                }

                continue;
            }

            if (Run.Raised != _raised)
            {
                await _session.FlushAsync();
                return;
            }

            if (_session.Guards.Stops.StoppedRun(_session.State, _session.Guards.Ancestors) is { } stopped)
            {
                throw new RunStoppedException(stopped);
            }

            if (_session.Guards.Accounts.Any)
            {
                // What is durable is settled, which makes room. It would be flushed before the model call in any case.
                await _session.FlushAsync();
                if (Run.MustLetGo)
                {
                    continue;
                }
            }

            var shared = false;
            if ((LimitCheck.Reached(_agent.Limits, Run, _session.Clock) ?? Reserve(out shared)) is { } limit)
            {
                if (!shared && _topUps.TryAsk(limit))
                {
                    continue;
                }

                if (await TryStopAsync(limit, cancellationToken))
                {
                    return;
                }

                continue;
            }

            await _model.NextAsync(_agent.OptionsFor(Run), cancellationToken);
        }
    }

    // Not when there are news, or the run is to be paused or cancelled.
    private async ValueTask<bool> TryParkAsync()
    {
        _session.Stage(new RunParked { RunId = Run.RunId });
        await _session.FlushAsync();
        if (Run.MustLetGo && !Run.MustCancel)
        {
            // Paused in this very moment, perhaps with a sub-run that paused before it: that is no news to go on for.
            return false;
        }

        if (!HasNews && !Run.MustCancel && !await _subRuns.HasNewsAsync(Run))
        {
            return true;
        }

        // Somebody answered or cancelled in this very moment. They could not resume a run that was still held here, so it goes on here.
        _session.Stage(new RunResumed { RunId = Run.RunId, Attendance = Run.Attendance });
        return false;
    }

    private string? Reserve(out bool shared)
    {
        var limit = _spending.Reserve(out shared);
        if (shared)
        {
            _session.Stage(new BudgetRefused { RunId = Run.RunId, Limit = limit! });
        }

        return limit;
    }

    /// <summary>Brings every open call, from the first that is not decided, to an outcome, or to a question. Returns whether all have an outcome.</summary>
    private ValueTask<bool> SettleAsync(int first, CancellationToken cancellationToken)
    {
        for (var i = first; i < Run.OpenCalls.Count; i++)
        {
            if (_gate.Decide(Run.OpenCalls[i]))
            {
                return SettleAskedAsync(i, cancellationToken);
            }
        }

        return _calls.RunAsync(cancellationToken);
    }

    private async ValueTask<bool> SettleAskedAsync(int asked, CancellationToken cancellationToken)
    {
        await _gate.DecideWithRememberedAsync(Run.OpenCalls[asked], cancellationToken);
        return await SettleAsync(asked + 1, cancellationToken);
    }

    // Not when it turns out to be cancelled or paused meanwhile.
    private async ValueTask<bool> TryStopAsync(string limit, CancellationToken cancellationToken)
    {
        _calls.CloseAll(limit);
        var (answer, isOfModel) = await new WrapUp(_agent, _session, _spending, _model).AnswerAsync(limit, cancellationToken);
        if (Run.MustLetGo)
        {
            return false;
        }

        await CompleteAsync(isOfModel ? _grounding.OfModel(answer) : _grounding.OfHost(answer), limit);
        return true;
    }

    // Not when somebody says something in the moment in which the model answers: it is not lost, the run goes on with it.
    private ValueTask<bool> TryCompleteAsync(string answer) => _session.TryFlushWithAsync(Completed(_grounding.OfModel(answer), limit: null), static run => run.Messages.Count == 0);

    private ValueTask CompleteAsync(GroundedAnswer answer, string? limit)
    {
        _session.Stage(Completed(answer, limit));
        return _session.FlushAsync();
    }

    private RunCompleted Completed(GroundedAnswer answer, string? limit) => new()
    {
        RunId = Run.RunId,
        Answer = answer.Answer,
        Citations = answer.Citations,
        Grounding = answer.Report,
        Limit = limit,
        Charged = limit is null ? null : _spending.TakeUnsettled(),
    };

    private async ValueTask InterruptAsync(string reason, bool failed, bool? blocked = null, bool? stopped = null)
    {
        _session.Stage(new RunInterrupted
        {
            RunId = Run.RunId,
            Reason = reason,
            Failed = failed,
            Blocked = blocked,
            Stopped = stopped,
            Charged = _spending.TakeUnsettled(),
        });
        await _session.FlushAsync();
    }

    [LoggerMessage(LogLevel.Error, "The model failed in run {RunId} of agent {Agent}; the run can be resumed.")]
    private partial void LogModelFailed(Exception exception, string runId, string agent);
}
