using KernelHost.Runs;
using KernelHost.Runs.Events;

namespace KernelHost.Tests.Runs.Support;

/// <summary>Does something when an event of a kind has become durable, while the run still holds its session.</summary>
internal sealed class On<TEvent>(Func<TEvent, Task> act) : RunObserver
    where TEvent : RunEvent
{
    public override async ValueTask OnEventAsync(RunEvent runEvent)
    {
        if (runEvent is TEvent expected)
        {
            await act(expected);
        }
    }
}
