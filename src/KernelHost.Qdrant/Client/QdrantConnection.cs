using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using KernelHost.Memory;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Client;

/// <summary>The connection to a server: sends requests, repeats them where that helps, and says what failed.</summary>
internal sealed class QdrantConnection : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly GrpcChannel _channel;
    private readonly TimeProvider _timeProvider;
    private readonly Metadata _headers = [];
    private ServerVersion? _version;
    private readonly Lock _lock = new();
    private int _uses;
    private bool _isDisposed;

    /// <param name="options">Checked.</param>
    /// <param name="timeProvider">For the waits between repetitions.</param>
    /// <param name="interceptor">Sees every request; tests let it die in between.</param>
    public QdrantConnection(QdrantOptions options, TimeProvider timeProvider, Interceptor? interceptor)
    {
        Options = options;
        _timeProvider = timeProvider;
        Description = $"the Qdrant server at {options.Endpoint.GetLeftPart(UriPartial.Authority)}";
        if (options.ApiKey is { } key)
        {
            _headers.Add("api-key", key);
        }

        _handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            // One connection carries a hundred requests at a time; busy hosts need more.
            EnableMultipleHttp2Connections = true,
            // Firewalls forget connections without traffic, and a request on such a one would wait for its time-out.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        if (options.TrustedCertificateFile is { } file)
        {
            _handler.SslOptions.CertificateChainPolicy = OptionChecks.Trust(file);
        }

        // No cap on what is sent: the server has none, and BatchBytes keeps writes small. Repeating is done here, so that the server's wishes count.
        _channel = GrpcChannel.ForAddress(options.Endpoint, new GrpcChannelOptions
        {
            HttpHandler = _handler,
            MaxReceiveMessageSize = options.MaxReceiveMessageSize,
            MaxSendMessageSize = null,
            MaxRetryAttempts = null,
        });
        var invoker = interceptor is null ? _channel.CreateCallInvoker() : _channel.Intercept(interceptor);
        Server = new Protocol.Qdrant.QdrantClient(invoker);
        Collections = new Protocol.Collections.CollectionsClient(invoker);
        Points = new Protocol.Points.PointsClient(invoker);
    }

    public QdrantOptions Options { get; }

    public string Description { get; }

    public Protocol.Collections.CollectionsClient Collections { get; }

    public Protocol.Points.PointsClient Points { get; }

    private Protocol.Qdrant.QdrantClient Server { get; }

    /// <summary>The server's version, asked for once.</summary>
    /// <exception cref="MemoryException">It is too old.</exception>
    public async ValueTask<ServerVersion> GetVersionAsync(CancellationToken cancellationToken)
    {
        if (_version is { } known)
        {
            return known;
        }

        var reply = await SendAsync("tell its version", call => Server.HealthCheckAsync(new HealthCheckRequest(), call), cancellationToken);
        var version = ServerVersion.Parse(reply.Version) ?? throw new MemoryException(
            $"{Description} calls itself '{reply.Title}' of version '{reply.Version}'. Is it Qdrant?", Description);
        if (version.IsTooOld)
        {
            throw new MemoryException(
                $"{Description} has version {reply.Version}; at least {ServerVersion.Least} is needed, for weighted fusion and conditional writes. Update the server.", Description);
        }

        _version = version;
        return version;
    }

    /// <summary>Sends a request and repeats it when the server could not take it.</summary>
    /// <remarks>Every request of this store may be repeated: points are written whole by id, the head of a collection only where it is still the one that was read.</remarks>
    /// <param name="request">What it is to do, for errors: <c>search 'articles'</c>.</param>
    /// <param name="send">Sends it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<T> SendAsync<T>(string request, Func<CallOptions, AsyncUnaryCall<T>> send, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan wait;
            try
            {
                // gRPC compares deadlines with the clock of the machine, whatever clock the waits follow.
                var options = new CallOptions(_headers, TimeProvider.System.GetUtcNow().UtcDateTime + Options.Timeout, cancellationToken);
                using var call = send(options);
                return await call.ResponseAsync;
            }
            catch (RpcException exception) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException($"The request to {request} was stopped.", exception, cancellationToken);
            }
            catch (RpcException exception)
            {
                if (attempt == Options.Retries || WaitFor(exception, attempt) is not { } delay)
                {
                    throw CallFaults.Translate(exception, request, Options, Description);
                }

                wait = delay;
            }

            await Task.Delay(wait, _timeProvider, cancellationToken);
        }
    }

    /// <summary>Keeps the connection open until what is returned is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public IDisposable Use()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _uses++;
        }

        return new OneUse(this);
    }

    /// <summary>Closes the connection as soon as nobody uses it.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (_uses > 0)
            {
                return;
            }
        }

        Close();
    }

    private void Release()
    {
        lock (_lock)
        {
            if (--_uses > 0 || !_isDisposed)
            {
                return;
            }
        }

        Close();
    }

    private void Close()
    {
        _channel.Dispose();
        _handler.Dispose();
    }

    private TimeSpan? WaitFor(RpcException exception, int attempt)
    {
        var delay = Options.RetryDelay * Math.Pow(2, attempt);
        delay = (delay / 2) + (delay / 2 * Random.Shared.NextDouble());
        delay = delay > Options.MaxRetryDelay ? Options.MaxRetryDelay : delay;
        return exception.StatusCode switch
        {
            StatusCode.Unavailable or StatusCode.DeadlineExceeded => delay,
            StatusCode.ResourceExhausted when CallFaults.RetryAfter(exception) is { } asked => asked > Options.MaxRetryDelay ? null : asked > delay ? asked : delay,
            _ => null,
        };
    }

    private sealed class OneUse(QdrantConnection connection) : IDisposable
    {
        private QdrantConnection? _connection = connection;

        public void Dispose() => Interlocked.Exchange(ref _connection, null)?.Release();
    }
}
