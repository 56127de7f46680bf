using System.Net.Http.Headers;

namespace KernelHost.Models.Http;

/// <summary>
/// The innermost handler. It reads a whole answer inside the attempt, so that the attempt's time-out and its repetition cover the body
/// and not the headers only, and it gives a streamed answer a limit on silence, which no time-out above it can see.
/// </summary>
internal sealed class ResponseBodyHandler(ModelFailures failures, TimeSpan silence, TimeProvider timeProvider, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // Far above any answer of a model; it keeps a broken server from filling the host's memory.
    private const long LargestBody = 64 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            if (response.IsSuccessStatusCode && IsStream(response.Content.Headers.ContentType))
            {
                var content = response.Content;
                var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                response.Content = new StreamContent(new AnswerStream(stream, content, failures, silence, timeProvider));
                foreach (var (name, values) in content.Headers)
                {
                    response.Content.Headers.TryAddWithoutValidation(name, values);
                }
            }
            else
            {
                await response.Content.LoadIntoBufferAsync(LargestBody, cancellationToken).ConfigureAwait(false);

                // Gateways report faults of the model behind them with status 200.
                if (response.IsSuccessStatusCode
                    && FaultWatch.Find(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)) is { } fault)
                {
                    throw failures.FaultInAnswer(fault);
                }
            }

            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static bool IsStream(MediaTypeHeaderValue? type) => type?.MediaType is "text/event-stream" or "application/x-ndjson" or "application/jsonl";
}
