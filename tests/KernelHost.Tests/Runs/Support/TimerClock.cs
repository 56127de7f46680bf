using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace KernelHost.Tests.Runs.Support;

/// <summary>A fake clock that tells which timers are set, so that a test moves it when somebody waits and not before.</summary>
internal sealed class TimerClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _set = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (period == Timeout.InfiniteTimeSpan)
        {
            _set.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>Waits until somebody has set a timer like this, and moves on to when it is due.</summary>
    public async Task PassAsync(Func<TimeSpan, bool> timer)
    {
        TimeSpan due;
        do
        {
            due = await _set.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }
        while (!timer(due));
        Advance(due);
    }

    public Task PassAsync(TimeSpan timer) => PassAsync(due => due == timer);
}
