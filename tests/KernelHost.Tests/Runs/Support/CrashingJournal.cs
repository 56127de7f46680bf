using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Tests.Runs.Support;

/// <summary>A journal whose process dies: after a number of events nothing more reaches the disk. Units are split, so that it can die between any two.</summary>
internal sealed class CrashingJournal(JournalStore disk, int eventsUntilCrash) : DelegatingJournalStore(disk)
{
    private int _left = eventsUntilCrash;

    public bool Crashed { get; private set; }

    public override async ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        foreach (var runEvent in events)
        {
            if (Interlocked.Decrement(ref _left) < 0)
            {
                Crashed = true;
                throw new ProcessCrash();
            }

            await base.AppendAsync(sessionId, expectedSequence++, [runEvent], cancellationToken);
        }
    }
}

internal sealed class ProcessCrash : Exception;
