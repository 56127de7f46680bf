using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.CrashHost.Campaign;

/// <summary>Kills its process before or after the event that fate has chosen. Only then a unit is split, so that each boundary can be hit and all else is as ever.</summary>
internal sealed class MortalJournal(JournalStore disk, Death death) : DelegatingJournalStore(disk)
{
    private int _written;

    public override async ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        var last = Interlocked.Add(ref _written, events.Count);
        var left = death.Value - (last - events.Count);
        if (death.Kind is not (DeathKind.BeforeEvent or DeathKind.AfterEvent) || left >= events.Count)
        {
            await base.AppendAsync(sessionId, expectedSequence, events, cancellationToken);
            return;
        }

        // What of the unit comes before the death is written, the rest never is. Others may write on until the process is gone.
        var written = Math.Max(0, left) + (death.Kind == DeathKind.AfterEvent ? 1 : 0);
        if (written > 0)
        {
            await base.AppendAsync(sessionId, expectedSequence, [.. events.Take(written)], cancellationToken);
        }

        Death.Now();
    }
}
