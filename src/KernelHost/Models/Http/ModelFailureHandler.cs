using System.Net;

namespace KernelHost.Models.Http;

/// <summary>
/// The outermost handler: a refusal or a lost connection leaves it as a <see cref="ModelException"/>. Doing so here, below the
/// providers' libraries, makes one set of messages out of three libraries' exceptions.
/// </summary>
internal sealed class ModelFailureHandler(ModelFailures failures, TimeProvider timeProvider) : DelegatingHandler
{
    private const int LongestBody = 16 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw failures.From(exception, cancellationToken);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw failures.Refused(response.StatusCode, body.Length > LongestBody ? "" : body, ModelRetry.RetryAfter(response, timeProvider));
        }
    }
}
