namespace KernelHost.Runs.Replay;

/// <summary>
/// A clock that tells the recorded times and durations. Its timers fire only when the recording shows that they did. The
/// timestamp may be read, and timers made and stopped, from any thread; all else happens one at a time.
/// </summary>
internal sealed class ReplayClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ReplayTimer> _timers = [];
    private long _timestamp;

    /// <summary>Tells the recorded time of what comes next.</summary>
    public required Func<DateTimeOffset> Now { get; init; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now();

    public override long GetTimestamp() => Volatile.Read(ref _timestamp);

    /// <summary>Makes something that began at a timestamp have lasted as long as recorded, to the tick.</summary>
    public void Elapse(long since, double milliseconds) => Volatile.Write(ref _timestamp, since + (long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond));

    /// <summary>The recorded run ran out of time here.</summary>
    public void FireTimers()
    {
        ReplayTimer[] timers;
        lock (_gate)
        {
            timers = [.. _timers];
        }

        foreach (var timer in timers)
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ReplayTimer(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    private sealed class ReplayTimer(ReplayClock clock, TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
