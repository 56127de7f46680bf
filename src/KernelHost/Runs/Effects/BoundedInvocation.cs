using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs.Effects;

/// <summary>
/// Invokes functions of plugins so that none can hold its caller: one that hangs is cancelled at its time-out or when the run is, has a
/// little time to come back, and is then left alone. Safe for concurrent use.
/// </summary>
internal sealed partial class BoundedInvocation(Kernel kernel, TimeProvider clock, TimeSpan grace, ILogger log)
{
    /// <summary>Invokes the function on a thread of the pool.</summary>
    /// <param name="request">What is invoked, with what, for how long.</param>
    /// <param name="cancellationToken">Cuts the function off.</param>
    /// <exception cref="ToolTimeoutException">It did not answer in its time.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<object?> RunAsync(BoundedRequest request, CancellationToken cancellationToken)
    {
        using var cancellation = new ToolCancellation(log, cancellationToken);
        var running = Task.Run(() => kernel.InvokeAsync(request.Function, request.Arguments, cancellation.Token), CancellationToken.None);
        return await WaitAsync(running, request, cancellation, cancellationToken);
    }

    /// <summary>Waits for a function that is already running.</summary>
    /// <param name="running">The function.</param>
    /// <param name="request">What is invoked, with what, for how long.</param>
    /// <param name="cancellation">Where the function's token comes from.</param>
    /// <param name="cancellationToken">Cuts the function off.</param>
    public async ValueTask<object?> WaitAsync(
        Task<FunctionResult> running, BoundedRequest request, ToolCancellation cancellation, CancellationToken cancellationToken)
    {
        await ((Task)running).WaitAsync(request.Timeout, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.IsCompleted)
        {
            return (await running).GetValue<object>();
        }

        cancellation.Cancel();
        await ((Task)running).WaitAsync(grace, clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!running.IsCompleted)
        {
            _ = LeaveAloneAsync(running, request);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return running.IsCompletedSuccessfully || IsRefusal(running, out _)
            ? (await running).GetValue<object>()
            : throw new ToolTimeoutException(request.Timeout, ended: running.IsCompleted);
    }

    // What it says itself in the little time it has left, counts: it knows better than a clock.
    private static bool IsRefusal(Task<FunctionResult> running, [NotNullWhen(true)] out ToolException? refusal) =>
        (refusal = running.IsFaulted ? running.Exception.InnerException as ToolException : null) is not null;

    // It cannot be stopped, only watched: what it holds stays counted until it ends, and the operator learns that it did.
    private async Task LeaveAloneAsync(Task<FunctionResult> running, BoundedRequest request)
    {
        LogLeftAlone(request.Name, request.Context.IdempotencyKey, request.Timeout.TotalSeconds);
        request.Slot?.KeepUntil(running);
        var since = clock.GetTimestamp();
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        LogCameBack(request.Name, request.Context.IdempotencyKey, clock.GetElapsedTime(since).TotalSeconds, running.Status, running.Exception?.GetBaseException());
    }

    [LoggerMessage(LogLevel.Warning, "'{Name}' does not come back from call {Key}: it was cancelled after {Seconds} s and is left alone. It holds its slot until it ends.")]
    private partial void LogLeftAlone(string name, string key, double seconds);

    [LoggerMessage(LogLevel.Warning, "'{Name}' came back from call {Key}, {Seconds} s after it was left alone ({Status}). Its result is not used.")]
    private partial void LogCameBack(string name, string key, double seconds, TaskStatus status, Exception? exception);
}

/// <summary>What is invoked, with what, and for how long.</summary>
/// <param name="Function">The function.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Context">The call it serves.</param>
/// <param name="Arguments">The arguments, the call's context among them.</param>
/// <param name="Timeout">How long it may take.</param>
internal readonly record struct BoundedRequest(KernelFunction Function, string Name, ToolContext Context, KernelArguments Arguments, TimeSpan Timeout)
{
    /// <summary>The plugin's slot that the call holds.</summary>
    public ToolSlot? Slot { get; init; }
}
