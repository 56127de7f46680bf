using Grpc.Core;
using Grpc.Core.Interceptors;

namespace KernelHost.Qdrant.Tests.Crashes;

/// <summary>Stands between a store and its server: lets the process of the store die at a request, or sleep there.</summary>
internal sealed class CallGate : Interceptor
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _awake = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Nothing counts before Start.
    private int _calls = int.MinValue;

    /// <summary>From which request on, counted from 0, the process is dead.</summary>
    public int DiesAt { get; init; } = int.MaxValue;

    /// <summary>Whether that request still reaches the server, and only its answer is lost.</summary>
    public bool IsSent { get; init; }

    /// <summary>Before which request the process sleeps.</summary>
    public int SleepsAt { get; init; } = -1;

    /// <summary>Whether all was done before it died.</summary>
    public bool HasOutlived => _calls <= DiesAt;

    /// <summary>Done when it sleeps.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Counts from here.</summary>
    public void Start() => _calls = 0;

    public void Wake() => _awake.TrySetResult();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var number = Interlocked.Increment(ref _calls) - 1;
        return new AsyncUnaryCall<TResponse>(SendAsync(), Task.FromResult(new Metadata()), static () => Status.DefaultSuccess, static () => [], static () => { });

        async Task<TResponse> SendAsync()
        {
            if (number == SleepsAt)
            {
                _reached.TrySetResult();
                await _awake.Task;
            }

            if (number == DiesAt && IsSent)
            {
                _ = await continuation(request, context);
            }

            return number < DiesAt ? await continuation(request, context) : throw new RpcException(new Status(StatusCode.Aborted, "The process has died."));
        }
    }
}
