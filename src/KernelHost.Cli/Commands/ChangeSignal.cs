namespace KernelHost.Cli.Commands;

/// <summary>Tells of changes once they have come to rest: an editor that saves a file makes several.</summary>
internal sealed class ChangeSignal(TimeProvider timeProvider) : IDisposable
{
    /// <summary>How long nothing must change before a change is told.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _changed = new(0, 1);
    private long _changes;

    /// <summary>Something has changed. Never waits.</summary>
    public void Set()
    {
        Interlocked.Increment(ref _changes);
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is told already that something has changed.
        }
    }

    public void Dispose() => _changed.Dispose();

    /// <summary>Waits for a change, and then until nothing changes any more.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _changed.WaitAsync(cancellationToken);
        long seen;
        do
        {
            seen = Interlocked.Read(ref _changes);
            await Task.Delay(Rest, timeProvider, cancellationToken);
        }
        while (seen != Interlocked.Read(ref _changes));

        // What came while it was waited for is in what is read next.
        await _changed.WaitAsync(TimeSpan.Zero, cancellationToken);
    }
}
