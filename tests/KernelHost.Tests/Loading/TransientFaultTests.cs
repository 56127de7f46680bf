using System.Net;
using System.Net.Sockets;
using KernelHost.Loading;

namespace KernelHost.Tests.Loading;

public sealed class TransientFaultTests
{
    public static TheoryData<string, Exception, bool> Faults => new()
    {
        { "said so", new ToolException("busy") { IsTransient = true }, true },
        { "said nothing", new ToolException("no such order"), false },
        { "too many requests", new HttpRequestException("x", null, HttpStatusCode.TooManyRequests), true },
        { "unavailable", new HttpRequestException("x", null, HttpStatusCode.ServiceUnavailable), true },
        { "not found", new HttpRequestException("x", null, HttpStatusCode.NotFound), false },
        { "server error", new HttpRequestException("x", null, HttpStatusCode.InternalServerError), false },
        { "no connection", new HttpRequestException(HttpRequestError.ConnectionError, "x"), true },
        { "bad certificate", new HttpRequestException(HttpRequestError.SecureConnectionError, "x"), false },
        { "reset", new IOException("x", new SocketException((int)SocketError.ConnectionReset)), true },
        { "access denied", new IOException("x", new SocketException((int)SocketError.AccessDenied)), false },
        { "no such file", new FileNotFoundException("x"), false },
        { "disk full", new IOException("x"), false },
        { "time-out", new TimeoutException(), true },
        { "time-out of a client", new TaskCanceledException("x", new TimeoutException()), true },
        { "cancelled", new TaskCanceledException("x"), false },
        { "one of one", new AggregateException(new TimeoutException()), true },
        { "one of two", new AggregateException(new TimeoutException(), new TimeoutException()), false },
        { "anything", new InvalidOperationException("x"), false },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Is_KnownFaults_OnlyThoseThatPass(string what, Exception exception, bool transient) =>
        Assert.True(TransientFault.Is(exception) == transient, what);
}
