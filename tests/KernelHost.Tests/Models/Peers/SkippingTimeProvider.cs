using System.Collections.Concurrent;

namespace KernelHost.Tests.Models.Peers;

/// <summary>
/// A clock on which a delay of up to a minute passes at once and is noted, and a longer one, such as a time-out, never passes. With it
/// a test of repetition neither waits nor has to guess when to advance a clock.
/// </summary>
internal sealed class SkippingTimeProvider : TimeProvider
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
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

    private sealed class SkippedTimer(SkippingTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero || dueTime > Longest)
            {
                return true;
            }

            clock.Delays.Enqueue(dueTime);
            lock (clock._lock)
            {
                clock._now += dueTime;
            }

            ThreadPool.QueueUserWorkItem(_ => callback(state));
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
