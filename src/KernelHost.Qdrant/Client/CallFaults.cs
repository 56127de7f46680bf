using Grpc.Core;
using KernelHost.Memory;

namespace KernelHost.Qdrant.Client;

/// <summary>Says what a failed request means and what helps.</summary>
internal static class CallFaults
{
    public static MemoryException Translate(RpcException exception, string request, QdrantOptions options, string store)
    {
        // No server should repeat the key, but what it says goes into logs.
        var detail = exception.Status.Detail;
        var leaks = options.ApiKey is { } key && exception.ToString().Contains(key, StringComparison.Ordinal);
        if (leaks)
        {
            detail = detail.Replace(options.ApiKey!, "***", StringComparison.Ordinal);
        }

        return new MemoryException($"Qdrant could not {request}: {Explain(exception, detail, options)}", store, leaks ? null : exception);
    }

    /// <summary>Whether the failure is that a collection does not exist.</summary>
    public static bool IsMissing(MemoryException exception) => exception.InnerException is RpcException { StatusCode: StatusCode.NotFound };

    /// <summary>How long the server asks to wait; <see langword="null"/> when it does not.</summary>
    public static TimeSpan? RetryAfter(RpcException exception) =>
        uint.TryParse(exception.Trailers.GetValue("retry-after"), System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private static string Explain(RpcException exception, string detail, QdrantOptions options) => exception.StatusCode switch
    {
        // What is no gRPC at all, such as the REST port, counts as a fault of the client's own.
        StatusCode.Unavailable or StatusCode.Internal when exception.StatusCode == StatusCode.Unavailable || exception.Status.DebugException is HttpRequestException => $"{options.Endpoint} cannot be reached ({detail}). Is it running, is this its gRPC port (6334, not the REST port 6333), and does the scheme fit (https with TLS)?",
        StatusCode.DeadlineExceeded => $"no answer within {options.Timeout.TotalSeconds:0.###} s. Raise Timeout, lower BatchSize, or look at the load of the server.",
        StatusCode.Unauthenticated => options.ApiKey is null
            ? $"{options.Endpoint} asks for a key ({detail}). Set ApiKey."
            : $"{options.Endpoint} does not know the key ({detail}). Set ApiKey to a key of this server.",
        StatusCode.PermissionDenied => $"the key does not allow it ({detail}). Use a key that may write to and create collections.",
        StatusCode.NotFound => $"a collection is missing ({detail}). Was it deleted? Create it first.",
        StatusCode.Unimplemented => $"the server does not know the request ({detail}). It must be at least {ServerVersion.Least}, and a cluster for shards.",
        StatusCode.ResourceExhausted when detail.Contains("message", StringComparison.OrdinalIgnoreCase) && detail.Contains("exceeds", StringComparison.OrdinalIgnoreCase) =>
            $"the answer is larger than {options.MaxReceiveMessageSize:N0} bytes ({detail}). Raise MaxReceiveMessageSize, or lower PageSize or Top.",
        StatusCode.ResourceExhausted => RetryAfter(exception) is { } wait
            ? $"it limits how often it is asked and wants {wait.TotalSeconds:0} s of rest ({detail}). Ask less often, or raise its rate limit, Retries or MaxRetryDelay."
            : $"it has no room or limits how often it is asked ({detail}). Ask less often, or raise its limits.",
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange when IsDimension(detail) =>
            $"a vector has another length than the collection's ({detail}). Was the collection made for another embedding model?",
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange when IsStrict(detail) =>
            $"its strict mode forbids it ({detail}). Index the field (IsIndexed) or raise the limit of the collection.",
        _ => $"{exception.StatusCode} ({detail}).",
    };

    private static bool IsDimension(string detail) =>
        detail.Contains("dimension", StringComparison.OrdinalIgnoreCase);

    private static bool IsStrict(string detail) =>
        detail.Contains("Index required", StringComparison.OrdinalIgnoreCase) || detail.Contains("Limit exceeded", StringComparison.OrdinalIgnoreCase)
        || detail.Contains("limit reached", StringComparison.OrdinalIgnoreCase) || detail.Contains("disabled!", StringComparison.OrdinalIgnoreCase);
}
