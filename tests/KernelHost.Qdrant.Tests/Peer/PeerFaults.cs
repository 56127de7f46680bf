using Grpc.Core;
using Grpc.Core.Interceptors;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>Asks for the key, and fails when it is told to.</summary>
internal sealed class PeerFaults(string? key) : Interceptor
{
    private readonly Lock _lock = new();
    private readonly Queue<Func<ServerCallContext, Task>> _faults = [];
    private readonly List<string> _calls = [];

    /// <summary>The methods that were called, refused ones too.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Fails so many next calls.</summary>
    public void Fail(int times, StatusCode code, string detail, params (string Name, string Value)[] trailers) => Add(times, _ =>
    {
        var metadata = new Metadata();
        foreach (var (name, value) in trailers)
        {
            metadata.Add(name, value);
        }

        throw new RpcException(new Status(code, detail), metadata);
    });

    /// <summary>Never answers so many next calls.</summary>
    public void Hang(int times) => Add(times, static context => Task.Delay(Timeout.Infinite, context.CancellationToken));

    /// <summary>Forgets all faults.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Func<ServerCallContext, Task>? fault;
        lock (_lock)
        {
            _calls.Add(context.Method[(context.Method.LastIndexOf('/') + 1)..]);
            _faults.TryDequeue(out fault);
        }

        if (fault is not null)
        {
            await fault(context);
        }

        if (key is not null && context.RequestHeaders.GetValue("api-key") != key)
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "Invalid API key or JWT"));
        }

        return await continuation(request, context);
    }

    private void Add(int times, Func<ServerCallContext, Task> fault)
    {
        lock (_lock)
        {
            for (var i = 0; i < times; i++)
            {
                _faults.Enqueue(fault);
            }
        }
    }
}
