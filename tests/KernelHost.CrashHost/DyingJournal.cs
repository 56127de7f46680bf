using System.Diagnostics;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.CrashHost;

/// <summary>Writes events one by one and kills its own process, as <c>kill -9</c> does, before the one too many.</summary>
internal sealed class DyingJournal(JournalStore disk, int eventsUntilDeath) : DelegatingJournalStore(disk)
{
    private int _left = eventsUntilDeath;

    public override async ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        foreach (var runEvent in events)
        {
            if (_left-- <= 0)
            {
                Process.GetCurrentProcess().Kill();
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            }

            await base.AppendAsync(sessionId, expectedSequence++, [runEvent], cancellationToken);
        }
    }
}
