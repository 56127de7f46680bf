using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs.State;

/// <summary>The one writer of a session in this process: stages events, folds them into the state, and makes them durable together.</summary>
/// <remarks>Not thread-safe; the run's loop owns it.</remarks>
internal sealed class SessionWriter(JournalStore journal, SessionState state, RunObserver? observer, TimeProvider clock)
{
    private readonly List<RunEvent> _staged = new(capacity: 8);
    private readonly List<InputEvent> _taken = [];
    private long _durable = state.Sequence;
    private (RunEvent Event, Func<RunState, bool> Holds)? _last;

    public SessionState State { get; } = state;

    public TimeProvider Clock { get; } = clock;

    /// <summary>What stands over the run from outside of it.</summary>
    public RunGuards Guards { get; set; } = RunGuards.None;

    /// <summary>The sequence of the last event that is on disk.</summary>
    public long DurableSequence => Volatile.Read(ref _durable);

    /// <summary>Makes the id of a question about a call. A replay gives the recorded one.</summary>
    public Func<string, string> NewApprovalId { get; init; } = static _ => RunIds.NewApproval();

    /// <summary>Whether input that comes in between is taken in; otherwise it is a conflict like any other.</summary>
    public bool TakesInput { get; init; } = true;

    /// <summary>Finds what people have remembered that may be about a call. A replay gives what the recording applied.</summary>
    public Func<CallState, CancellationToken, ValueTask<IReadOnlyList<RememberedApproval>>> FindRemembered { get; init; } = (call, cancellationToken) =>
        journal.ListRememberedAsync(new RememberedFilter(call.Bound!.Tool.QualifiedName, clock.GetUtcNow()), cancellationToken);

    /// <summary>Waits before something is tried again. A replay does not wait.</summary>
    public Func<TimeSpan, CancellationToken, Task> Pause
    {
        get => field ?? ((delay, cancellationToken) => Task.Delay(delay, Clock, cancellationToken));
        init;
    }

    /// <summary>Adds an event to the next <see cref="FlushAsync"/> and to the state at once. What becomes durable together has one time.</summary>
    public void Stage(RunEvent runEvent)
    {
        runEvent.Sequence = State.Sequence + 1;
        runEvent.Time = _staged.Count > 0 ? _staged[0].Time : Clock.GetUtcNow();
        State.Apply(runEvent);
        _staged.Add(runEvent);
        if (Guards.Accounts.Any)
        {
            Settle(runEvent);
        }
    }

    // However a call ends, what was set aside for it in shared budgets is settled with the event that says so.
    private void Settle(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case CallCompleted completed:
                Guards.Accounts.Settle(completed.CallId, null, runEvent.Sequence, (long)completed.DurationMs);
                break;
            case CallFailed failed:
                Guards.Accounts.Settle(failed.CallId, null, runEvent.Sequence, (long)failed.DurationMs);
                break;
            case ApprovalRequested { Kind: not ApprovalKind.Outcome } asked:
                Guards.Accounts.Settle(RunAccounts.Question(asked.CallId), null, runEvent.Sequence);
                break;
        }
    }

    /// <summary>
    /// Makes the staged events durable together with one more, which is held back if input that comes in before it says that it is not
    /// true any more. It is part of the state only once it is durable.
    /// </summary>
    /// <param name="last">The event.</param>
    /// <param name="holds">Whether the run, with the input, still allows it.</param>
    /// <returns>Whether it was written.</returns>
    public async ValueTask<bool> TryFlushWithAsync(RunEvent last, Func<RunState, bool> holds)
    {
        last.Sequence = State.Sequence + 1;
        last.Time = _staged.Count > 0 ? _staged[0].Time : Clock.GetUtcNow();
        _staged.Add(last);
        _last = (last, holds);
        await FlushAsync();
        var written = _last is not null;
        _last = null;
        return written;
    }

    /// <summary>Makes the staged events durable, then tells the observer.</summary>
    /// <exception cref="JournalConflictException">Another process runs the session.</exception>
    public ValueTask FlushAsync() => _staged.Count == 0 ? ValueTask.CompletedTask : FlushStagedAsync();

    /// <summary>Takes in what others have written since, without waiting for the next conflict.</summary>
    /// <exception cref="JournalConflictException">Another process runs the session.</exception>
    public async ValueTask TakeInAsync()
    {
        if (await journal.LastSequenceAsync(State.SessionId, CancellationToken.None) > _durable && !await TakeInInputsAsync())
        {
            throw new JournalConflictException(State.SessionId);
        }
    }

    private async ValueTask FlushStagedAsync()
    {
        // Never cancelled: an event that is staged describes what has happened or is about to.
        while (_staged.Count > 0)
        {
            try
            {
                await journal.AppendAsync(State.SessionId, _durable, _staged, CancellationToken.None);
                break;
            }
            catch (JournalConflictException)
            {
                if (!TakesInput || !await TakeInInputsAsync())
                {
                    throw;
                }
            }
        }

        _durable += _staged.Count;
        if (_last is { } last)
        {
            State.Apply(last.Event);
        }

        if (observer is not null)
        {
            await TellAsync(observer);
        }

        _staged.Clear();
    }

    private async ValueTask TellAsync(RunObserver observer)
    {
        foreach (var input in _taken)
        {
            await observer.OnEventAsync(input);
        }

        _taken.Clear();
        foreach (var runEvent in _staged)
        {
            await observer.OnEventAsync(runEvent);
        }
    }

    // A human may answer, or steer, while the run works. Such input of other processes is taken in and the staged events follow it;
    // anything else means that somebody runs the session, and then this writer must stop before it does more.
    private async ValueTask<bool> TakeInInputsAsync()
    {
        var others = await journal.ReadAsync(State.SessionId, _durable, CancellationToken.None);
        if (others.Count == 0 || others.Any(other => other is not InputEvent))
        {
            return false;
        }

        _durable += others.Count;
        foreach (var input in others)
        {
            State.Apply(input);
            if (observer is not null)
            {
                _taken.Add((InputEvent)input);
            }
        }

        if (_last is { } last && !last.Holds(State.Run!))
        {
            _staged.Remove(last.Event);
            _last = null;
        }

        for (var i = 0; i < _staged.Count; i++)
        {
            _staged[i].Sequence = _durable + i + 1;
        }

        State.Sequence = _durable + _staged.Count - (_last is null ? 0 : 1);
        return true;
    }
}
