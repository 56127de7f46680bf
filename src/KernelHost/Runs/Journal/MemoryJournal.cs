using KernelHost.Runs.Approvals;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Journal;

/// <summary>Journals in memory, for tests and benchmarks: the same rules as on disk, gone with the process.</summary>
public sealed class MemoryJournal : JournalStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<RunEvent>> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunSummary> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ApprovalSummary> _approvals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RememberedApproval> _remembered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _claims = new(StringComparer.Ordinal);
    private readonly AppendWatchers _watchers = new();

    /// <inheritdoc/>
    public override IDisposable Claim(string sessionId)
    {
        lock (_gate)
        {
            return _claims.Add(sessionId) ? new ClaimHandle(this, sessionId) : throw new SessionBusyException(sessionId, "another call in this process");
        }
    }

    /// <inheritdoc/>
    public override ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_sessions.TryGetValue(sessionId, out var journal))
            {
                _sessions[sessionId] = journal = [];
            }

            if (journal.Count != expectedSequence)
            {
                throw new JournalConflictException(sessionId);
            }

            for (var i = 0; i < events.Count; i++)
            {
                events[i].Sequence = journal.Count + i + 1;
                Project(sessionId, events[i]);
            }

            journal.AddRange(events);
        }

        _watchers.Tell(sessionId, events);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask<long> LastSequenceAsync(string sessionId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_sessions.TryGetValue(sessionId, out var journal) ? journal.Count : 0);
        }
    }

    /// <inheritdoc/>
    public override IDisposable Watch(string sessionId, Action<IReadOnlyList<RunEvent>> appended) => _watchers.Add(sessionId, appended);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<RunEvent>> ReadAsync(string sessionId, long afterSequence, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_sessions.TryGetValue(sessionId, out var journal) ? journal[(int)Math.Min(afterSequence, journal.Count)..] : []);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new([.. _runs.Values
                .Where(run => (filter.SessionId is null || run.SessionId == filter.SessionId) && (filter.Status is null || run.Status == filter.Status)
                    && (filter.ParentRunId is null || run.ParentRunId == filter.ParentRunId))
                .OrderByDescending(run => run.StartedAt).ThenBy(run => run.RunId, StringComparer.Ordinal)
                .Take(filter.Limit)]);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_runs.GetValueOrDefault(runId));
        }
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<ApprovalSummary>> ListApprovalsAsync(ApprovalFilter filter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new([.. _approvals.Values
                .Where(approval => (filter.Status is null || approval.Status == filter.Status) && (filter.RunId is null || approval.RunId == filter.RunId))
                .OrderByDescending(approval => approval.RequestedAt).ThenBy(approval => approval.ApprovalId, StringComparer.Ordinal)
                .Take(filter.Limit)]);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<ApprovalSummary?> FindApprovalAsync(string approvalId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_approvals.GetValueOrDefault(approvalId));
        }
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<RememberedApproval>> ListRememberedAsync(RememberedFilter filter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new([.. _remembered.Values
                .Where(remembered => (filter.Tool is null || remembered.Tool == filter.Tool) && (filter.ValidAt is null || remembered.ExpiresAt > filter.ValidAt))
                .OrderBy(remembered => remembered.CreatedAt).ThenBy(remembered => remembered.RememberedId, StringComparer.Ordinal)]);
        }
    }

    private void Project(string sessionId, RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunStarted started:
                _runs[started.RunId] = JournalProjection.Start(sessionId, started);
                break;
            case CallEvent call when call is ApprovalRequested or CallStarted or CallCompleted or CallFailed or ToppedUp:
                if (_approvals.Count > 0)
                {
                    ApplyToApprovals(call);
                }

                if (call is ApprovalRequested asked)
                {
                    _approvals[asked.ApprovalId] = ApprovalMachine.Ask(sessionId, asked);
                }

                break;
            case ApprovalRemembered { Remembered: var remembered }:
                _remembered[remembered.RememberedId] = remembered;
                break;
            case RememberedRevoked revoked:
                _remembered.Remove(revoked.RememberedId);
                break;
            case ApprovalInput input when _approvals.TryGetValue(input.ApprovalId, out var approval):
                _approvals[input.ApprovalId] = ApprovalMachine.Apply(approval, input);
                break;
        }

        if (JournalProjection.StatusAfter(runEvent) is { } status)
        {
            _runs[runEvent.RunId] = _runs[runEvent.RunId] with { Status = status, UpdatedAt = runEvent.Time };
        }
    }

    private void ApplyToApprovals(CallEvent call)
    {
        foreach (var approval in _approvals.Values.Where(approval => approval.RunId == call.RunId && approval.CallId == call.CallId).ToList())
        {
            _approvals[approval.ApprovalId] = ApprovalMachine.Apply(approval, call);
        }
    }

    private sealed class ClaimHandle(MemoryJournal journal, string sessionId) : IDisposable
    {
        public void Dispose()
        {
            lock (journal._gate)
            {
                journal._claims.Remove(sessionId);
            }
        }
    }
}
