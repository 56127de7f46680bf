using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;

namespace KernelHost.Models.Http;

/// <summary>Builds the HTTP clients of the models: failure messages around repetition around one attempt around the shared connections.</summary>
internal sealed class ModelHttp : IDisposable
{
    private readonly HttpMessageHandler _connections;
    private readonly ILogger _logger;

    /// <param name="loggerFactory">Where repetitions are logged.</param>
    /// <param name="timeProvider">The clock of delays and time-outs.</param>
    /// <param name="connections">Sends requests and is owned from here on; a socket handler of its own when <see langword="null"/>.</param>
    public ModelHttp(ILoggerFactory loggerFactory, TimeProvider timeProvider, HttpMessageHandler? connections = null)
    {
        _logger = loggerFactory.CreateLogger("KernelHost.Models");
        TimeProvider = timeProvider;
        _connections = connections ?? new SocketsHttpHandler
        {
            // A redirect would carry a key in a header of the provider's own to a host nobody configured.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // A long-lived connection would never see a change of the host's address.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
    }

    /// <summary>The clock of delays and time-outs.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>A client for answers: repeats what is temporary.</summary>
    public HttpClient Create(ModelTarget target) =>
        CreateClient(target, attempt => new ResilienceHandler(ModelRetry.Build(target, TimeProvider, _logger)) { InnerHandler = attempt });

    /// <summary>A client for a person who waits: one attempt, no repetition.</summary>
    public HttpClient CreateOnce(ModelTarget target) => CreateClient(target, attempt => attempt);

    public void Dispose() => _connections.Dispose();

    private HttpClient CreateClient(ModelTarget target, Func<HttpMessageHandler, HttpMessageHandler> wrap)
    {
        var failures = new ModelFailures(target);
        var attempt = new ResponseBodyHandler(failures, target.Timeout, TimeProvider, _connections);
        var handler = new ModelFailureHandler(failures, TimeProvider) { InnerHandler = wrap(attempt) };

        // Disposing the chain of handlers would close the connections, which all models share.
        return new HttpClient(handler, disposeHandler: false)
        {
            BaseAddress = target.BaseAddress,
            // The pipeline sets the limits; HttpClient's own 100 seconds would cut through its repetitions.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }
}
