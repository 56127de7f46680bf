using KernelHost.Runs.Events;
using Microsoft.Extensions.Logging;

namespace KernelHost.Runs;

/// <summary>Keeps a watcher's failure from the run: an effect that is announced must be made and recorded, whoever cannot watch it.</summary>
internal sealed partial class GuardedObserver : RunObserver
{
    private readonly ILogger _log;
    private RunObserver? _inner;

    private GuardedObserver(RunObserver inner, ILogger log) => (_inner, _log) = (inner, log);

    public static RunObserver? Around(RunObserver? observer, ILogger log) => observer is null ? null : new GuardedObserver(observer, log);

    public override async ValueTask OnTextAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            await (_inner?.OnTextAsync(text, cancellationToken) ?? default);
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            Drop(exception);
        }
    }

    public override async ValueTask OnRestartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (_inner?.OnRestartAsync(cancellationToken) ?? default);
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            Drop(exception);
        }
    }

    public override async ValueTask OnEventAsync(RunEvent runEvent)
    {
        try
        {
            await (_inner?.OnEventAsync(runEvent) ?? default);
        }
#pragma warning disable CA1031 // It may throw anything, and nothing of it may reach the run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Drop(exception);
        }
    }

    // Told once, then left alone: what failed once fails at every word.
    private void Drop(Exception exception)
    {
        _inner = null;
        LogFailed(exception);
    }

    [LoggerMessage(LogLevel.Error, "The observer of a run failed and is not told any more; the run goes on.")]
    private partial void LogFailed(Exception exception);
}
