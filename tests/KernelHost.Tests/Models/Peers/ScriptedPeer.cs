using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KernelHost.Tests.Models.Peers;

/// <summary>
/// A raw HTTP server for what aimock cannot do: exact bytes on the wire, headers of any form, connections that hang or break at a
/// known place. It gives its replies in order, one connection each, and repeats the last one.
/// </summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Reply[] _replies;
    private readonly Task _serving;

    public ScriptedPeer(params Reply[] replies)
    {
        _replies = replies;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>The requests as they came: start line, headers, an empty line, body.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Completes when the first request has been read.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        // Stopped before the loop has ended, the listener would throw into it.
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        for (var index = 0; ; index++)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                connections.Add(AnswerAsync(client, _replies[Math.Min(index, _replies.Length - 1)]));
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(connections);
    }

    private async Task AnswerAsync(TcpClient client, Reply reply)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                Requests.Enqueue(await ReadAsync(stream));
                Asked.TrySetResult();
                await stream.WriteAsync(Encoding.UTF8.GetBytes(reply.Bytes), _stop.Token);
                if (reply.Hangs)
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                }

                client.Client.Shutdown(SocketShutdown.Send);

                // Closing with unread input would reset the connection and take the reply with it.
                await stream.CopyToAsync(Stream.Null, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // The client has gone or the test is over; both are how such a connection ends.
                Requests.Enqueue($"(connection ended: {exception.GetType().Name})");
            }
        }
    }

    private async Task<string> ReadAsync(NetworkStream stream)
    {
        var received = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var count = await stream.ReadAsync(buffer, _stop.Token);
            received.Append(Encoding.UTF8.GetString(buffer, 0, count));
            var text = received.ToString();
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (count == 0 || (end >= 0 && IsComplete(text, end + 4)))
            {
                return text;
            }
        }
    }

    private static bool IsComplete(string text, int bodyStart)
    {
        var headers = text[..bodyStart];
        if (headers.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            return text.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        }

        const string Name = "content-length:";
        var at = headers.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0 || Encoding.UTF8.GetByteCount(text.AsSpan(bodyStart))
            >= int.Parse(headers[(at + Name.Length)..headers.IndexOf('\r', at)], System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>The bytes of one answer and whether the connection stays open after them.</summary>
internal sealed record Reply(string Bytes, bool Hangs = false)
{
    /// <summary>Nothing at all, for ever.</summary>
    public static Reply Silence => new("", Hangs: true);

    /// <summary>The connection closes without an answer.</summary>
    public static Reply Nothing => new("");

    public static Reply Json(int status, string body, params string[] headers) => new(
        Head(status, [.. headers, "Content-Type: application/json", $"Content-Length: {Encoding.UTF8.GetByteCount(body)}", "Connection: close"]) + body);

    /// <summary>A stream that ends as it should on the level of HTTP, whatever its lines say.</summary>
    public static Reply Stream(string type, params string[] lines) => new(Head(200, [$"Content-Type: {type}", "Connection: close"]) + string.Concat(lines));

    /// <summary>Server-sent events, each with its empty line.</summary>
    public static Reply Events(params string[] data) => Stream("text/event-stream", [.. data.Select(line => $"data: {line}\n\n")]);

    /// <summary>Lines of JSON, as Ollama streams them.</summary>
    public static Reply Lines(params string[] lines) => Stream("application/x-ndjson", [.. lines.Select(line => line + "\n")]);

    private static string Head(int status, string[] headers) => $"HTTP/1.1 {status} Peer\r\n{string.Join("\r\n", headers)}\r\n\r\n";
}
