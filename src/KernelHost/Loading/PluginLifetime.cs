namespace KernelHost.Loading;

/// <summary>Counts the calls that are inside a plugin, so that it is taken down when the last one has left and none enters after that.</summary>
internal sealed class PluginLifetime(PluginContext context)
{
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PluginContext? _context = context;
    private int _calls;
    private volatile bool _closed;

    /// <summary>The plugin's load context for a caller that has entered.</summary>
    public PluginContext Context => _context!;

    /// <summary>Every <see langword="true"/> is paired with one <see cref="Exit"/>.</summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _calls);
        if (!_closed)
        {
            return true;
        }

        Exit();
        return false;
    }

    public void Exit()
    {
        if (Interlocked.Decrement(ref _calls) == 0 && _closed)
        {
            _empty.TrySetResult();
        }
    }

    /// <summary>Lets nobody in any more and waits until all have left.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _calls) == 0)
        {
            _empty.TrySetResult();
        }

        await _empty.Task.WaitAsync(cancellationToken);
        _context = null;
    }
}
