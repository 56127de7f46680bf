using System.Collections.Concurrent;

namespace KernelHost.Tests.Models.Peers;

/// <summary>
/// A clock on which a delay of up to a minute passes at once and is noted, and a longer one, such as a time-out, passes only when the
/// test says so. With it a test of repetition neither waits nor has to guess when and how far to advance a clock.
/// </summary>
internal sealed class SkippingTimeProvider : TimeProvider
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly HashSet<SkippedTimer> _pending = [];
    private DateTimeOffset _now = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    public ConcurrentQueue<TimeSpan> Delays { get; } = [];

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SkippedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets every time-out that is running now expire, and none that starts later.</summary>
    public void ExpireTimeouts()
    {
        SkippedTimer[] expired;
        lock (_lock)
        {
            expired = [.. _pending];
            _pending.Clear();
        }

        foreach (var timer in expired)
        {
            timer.Fire();
        }
    }

    private sealed class SkippedTimer(SkippingTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._pending.Remove(this);
                if (dueTime > Longest)
                {
                    clock._pending.Add(this);
                }

                if (dueTime < TimeSpan.Zero || dueTime > Longest)
                {
                    return true;
                }

                clock._now += dueTime;
            }

            clock.Delays.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => Fire());
            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._pending.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
