using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace KernelHost.Models.Http;

/// <summary>
/// What is repeated: lost connections, time-outs, 408, 429 and 5xx. A request for an answer changes nothing at the provider, so it may
/// be repeated although it is a POST. A stream that has begun has left this pipeline and is never repeated.
/// </summary>
internal static class ModelRetry
{
    /// <summary>A provider that asks for a longer wait is not waited for: the caller learns at once and decides.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public static ResiliencePipeline<HttpResponseMessage> Build(ModelTarget target, TimeProvider timeProvider, ILogger logger)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = timeProvider };
        if (target.MaxRetries > 0)
        {
            pipeline.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = target.MaxRetries,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(30),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ShouldRepeatAsync(arguments, timeProvider),
                // The options' own generator reads dates against the system clock; this one reads them against the injected clock.
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(RetryAfter(arguments.Outcome.Result, timeProvider)),
                OnRetry = arguments =>
                {
                    var reason = arguments.Outcome.Result is { } response ? $"{(int)response.StatusCode}" : arguments.Outcome.Exception!.GetType().Name;
                    ModelLog.Repeating(logger, target.Title, target.ModelId, arguments.AttemptNumber + 1, reason, arguments.RetryDelay.TotalMilliseconds);
                    return default;
                },
            });
        }

        return pipeline.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = target.Timeout }).Build();
    }

    /// <summary>What the header <c>Retry-After</c> asks for, in its form of seconds or of a date; a date in the past means now.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider timeProvider)
    {
        var wait = response?.Headers.RetryAfter switch
        {
            { Delta: { } seconds } => seconds,
            { Date: { } date } => date - timeProvider.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static async ValueTask<bool> ShouldRepeatAsync(RetryPredicateArguments<HttpResponseMessage> arguments, TimeProvider timeProvider)
    {
        var connectTimedOut = arguments.Outcome.Exception is OperationCanceledException { InnerException: TimeoutException }
            && !arguments.Context.CancellationToken.IsCancellationRequested;
        if (!connectTimedOut && !HttpClientResiliencePredicates.IsTransient(arguments.Outcome))
        {
            return false;
        }

        if (arguments.Outcome.Result is not { } response)
        {
            return true;
        }

        // Both OpenAI and Anthropic use this header to say that repeating is pointless.
        if (response.Headers.TryGetValues("x-should-retry", out var advice) && advice.Contains("false", StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        if (RetryAfter(response, timeProvider) > LongestWait)
        {
            return false;
        }

        return (int)response.StatusCode != 429
            || !ProviderText.IsQuota(await response.Content.ReadAsStringAsync(arguments.Context.CancellationToken).ConfigureAwait(false));
    }
}
