using System.Net;
using System.Net.Sockets;

namespace KernelHost.Loading;

/// <summary>Tells faults that pass by themselves from those that stay. What is not known to pass, stays.</summary>
internal static class TransientFault
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);

    /// <summary>Whether the same call may well succeed in a moment.</summary>
    public static bool Is(Exception exception) => exception switch
    {
        ToolException refused => refused.IsTransient,
        ToolFailedException failed => failed.IsTransient,
        HttpRequestException { StatusCode: { } status } => Is(status),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded or HttpRequestError.NameResolutionError } => true,
        HttpRequestException { InnerException: (IOException or SocketException) and var cause } => Is(cause),
        TimeoutException => true,
        // The time-out of an HttpClient.
        OperationCanceledException { InnerException: TimeoutException } => true,
        SocketException socket => Is(socket.SocketErrorCode),
        IOException { InnerException: SocketException socket } => Is(socket.SocketErrorCode),
        IOException { HResult: SharingViolation or LockViolation } => true,
        AggregateException { InnerExceptions: [var only] } => Is(only),
        _ => false,
    };

    private static bool Is(HttpStatusCode status) => status is
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool Is(SocketError error) => error is
        SocketError.ConnectionReset or SocketError.ConnectionRefused or SocketError.ConnectionAborted or SocketError.TimedOut
        or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkReset or SocketError.TryAgain;
}
