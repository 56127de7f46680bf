using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs.Steering;

/// <summary>Puts input into the journal of a run that another process may be working on. Safe for concurrent use.</summary>
internal sealed class RunInbox(JournalStore journal, TimeProvider clock)
{
    private const int Attempts = 64;

    /// <summary>Appends the input behind whatever the run has written.</summary>
    /// <returns><see langword="false"/> when the run has ended, and the input is too late.</returns>
    /// <exception cref="JournalConflictException">The run writes so fast that nothing got between its events.</exception>
    public async ValueTask<bool> TryPutAsync(string runId, InputEvent input, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            // First where the journal ends, then whether the run has: if it ends from now on, the journal is longer than was seen.
            var run = await journal.FindRunAsync(runId, cancellationToken);
            var last = run is null ? 0 : await journal.LastSequenceAsync(run.SessionId, cancellationToken);
            run = await journal.FindRunAsync(runId, cancellationToken);
            if (run is null or { HasEnded: true })
            {
                return false;
            }

            try
            {
                input.Sequence = last + 1;
                input.Time = clock.GetUtcNow();
                await journal.AppendAsync(run.SessionId, last, [input], cancellationToken);
                return true;
            }
            catch (JournalConflictException) when (attempt < Attempts)
            {
                // The run went on meanwhile: look again.
            }
        }
    }
}
