using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Tests.Runs.Support;

/// <summary>A journal in which the test does something just before another process's work reaches the disk.</summary>
internal sealed class InterposedJournal(JournalStore disk, Func<IReadOnlyList<RunEvent>, ValueTask>? beforeAppend = null) : DelegatingJournalStore(disk)
{
    private bool _inside;

    public Func<ValueTask>? BeforeRead { get; init; }

    public Func<ValueTask>? BehindAppend { get; init; }

    public override async ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        if (beforeAppend is not null && !_inside)
        {
            _inside = true;
            try
            {
                await beforeAppend(events);
            }
            finally
            {
                _inside = false;
            }
        }

        await base.AppendAsync(sessionId, expectedSequence, events, cancellationToken);
        if (BehindAppend is not null && !_inside)
        {
            _inside = true;
            try
            {
                await BehindAppend();
            }
            finally
            {
                _inside = false;
            }
        }
    }

    public override async ValueTask<IReadOnlyList<RunEvent>> ReadAsync(string sessionId, long afterSequence, CancellationToken cancellationToken)
    {
        if (BeforeRead is not null)
        {
            await BeforeRead();
        }

        return await base.ReadAsync(sessionId, afterSequence, cancellationToken);
    }

    public override async ValueTask<long> LastSequenceAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (BeforeRead is not null)
        {
            await BeforeRead();
        }

        return await base.LastSequenceAsync(sessionId, cancellationToken);
    }
}
