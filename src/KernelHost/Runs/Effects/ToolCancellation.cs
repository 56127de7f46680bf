using Microsoft.Extensions.Logging;

namespace KernelHost.Runs.Effects;

/// <summary>
/// The token a tool gets. It follows the run's, but what a tool registers on it runs on a thread of the pool: a callback that throws or
/// hangs reaches neither the timer nor the person who cancels.
/// </summary>
internal sealed partial class ToolCancellation : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _outer;
    private readonly ILogger _log;

    /// <param name="log">Told of callbacks that throw.</param>
    /// <param name="outer">What cancels the tool besides its time-out.</param>
    public ToolCancellation(ILogger log, CancellationToken outer)
    {
        _log = log;
        _outer = outer.UnsafeRegister(static self => ((ToolCancellation)self!).Cancel(), this);
    }

    public CancellationToken Token => _source.Token;

    public void Cancel() => _ = ObserveAsync(_source.CancelAsync());

    // The source itself is left to the collector: a tool that is left alone may still look at its token.
    public void Dispose() => _outer.Dispose();

    private async Task ObserveAsync(Task callbacks)
    {
        await callbacks.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (callbacks.Exception is { } exception)
        {
            LogCallbackFailed(exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What a tool registered on its cancellation token failed.")]
    private partial void LogCallbackFailed(Exception exception);
}
