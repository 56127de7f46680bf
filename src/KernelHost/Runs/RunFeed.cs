using System.Runtime.CompilerServices;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Steering;

namespace KernelHost.Runs;

/// <summary>
/// Where others watch runs, whichever process works on them. What a feed tells is durable, in order, and numbered: whoever loses the
/// stream goes on behind the last sequence they saw, and misses nothing and reads nothing twice. Safe for concurrent use.
/// </summary>
/// <param name="journal">Where the runs are recorded.</param>
/// <param name="clock">The clock; the system's when <see langword="null"/>.</param>
public sealed class RunFeed(JournalStore journal, TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>The events of a run as they become durable, those of this process at once and those of others within a quarter of a second.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="afterSequence">The sequence behind which to begin; 0 begins with the run's first event.</param>
    /// <param name="until">When the feed ends.</param>
    /// <param name="cancellationToken">Ends the feed with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RunException">There is no such run.</exception>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public async IAsyncEnumerable<RunEvent> FollowAsync(
        string runId, long afterSequence = 0, FollowUntil until = FollowUntil.LetGo, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var run = await FindAsync(runId, cancellationToken);
        using var change = new SessionChange(journal, run.SessionId, _clock);
        for (var rested = false; ; run = await FindAsync(runId, cancellationToken))
        {
            // First where the run stands, then what there is: whatever it wrote before it came to stand there is read.
            var events = await ReadAsync(run.SessionId, afterSequence, cancellationToken);
            foreach (var runEvent in events)
            {
                afterSequence = runEvent.Sequence;
                if (runEvent.RunId == runId)
                {
                    yield return runEvent;
                }
            }

            // One that is let go may be taken up again in the same moment, so it is given one more look.
            var rests = run.Status != RunStatus.Running && events.Count == 0;
            if (run.HasEnded || (until == FollowUntil.LetGo && rests && rested))
            {
                yield break;
            }

            rested = rests;
            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The events of a session, run after run, until the caller has enough.</summary>
    /// <param name="sessionId">The session; one that does not exist yet is waited for.</param>
    /// <param name="afterSequence">The sequence behind which to begin.</param>
    /// <param name="cancellationToken">Ends the feed with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public async IAsyncEnumerable<RunEvent> FollowSessionAsync(
        string sessionId, long afterSequence = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var change = new SessionChange(journal, sessionId, _clock);
        while (true)
        {
            foreach (var runEvent in await ReadAsync(sessionId, afterSequence, cancellationToken))
            {
                afterSequence = runEvent.Sequence;
                yield return runEvent;
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Where a run stands, whoever works on it, with its answer if it has one.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="RunException">There is no such run.</exception>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public async Task<RunResult> ReadAsync(string runId, CancellationToken cancellationToken = default) =>
        await RunResults.ReadAsync(await FindAsync(runId, cancellationToken), journal, cancellationToken);

    private async ValueTask<IReadOnlyList<RunEvent>> ReadAsync(string sessionId, long afterSequence, CancellationToken cancellationToken) =>
        await journal.LastSequenceAsync(sessionId, cancellationToken) > afterSequence ? await journal.ReadAsync(sessionId, afterSequence, cancellationToken) : [];

    private async ValueTask<RunSummary> FindAsync(string runId, CancellationToken cancellationToken) =>
        await journal.FindRunAsync(runId, cancellationToken) ?? throw new RunException($"There is no run '{runId}'. List the runs with 'kernelhost runs list'.");
}

/// <summary>When a feed of a run ends.</summary>
public enum FollowUntil
{
    /// <summary>When nobody works on the run any more: it has ended, waits for a human, is paused or was interrupted.</summary>
    LetGo,

    /// <summary>When it has ended for good, however often it waits until then.</summary>
    End,
}
