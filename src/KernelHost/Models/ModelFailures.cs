using System.Globalization;
using System.Net;
using System.Text.Json;
using KernelHost.Models.Http;
using Polly.Timeout;

namespace KernelHost.Models;

/// <summary>Turns what went wrong with one model into the one exception callers see, and says what to do about it.</summary>
internal sealed class ModelFailures(ModelTarget target)
{
    private const string BrokenOff = "broke off before its answer was complete. What came of it must not be used. Try again.";

    /// <summary>The provider refused the request.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body of the answer; untrusted.</param>
    /// <param name="retryAfter">What the provider asked to wait.</param>
    public ModelException Refused(HttpStatusCode status, string body, TimeSpan? retryAfter)
    {
        var code = (int)status;
        var said = ProviderText.Quote(body, target.ApiKey);
        var (kind, text) = code switch
        {
            400 or 413 or 422 => (ModelErrorKind.Permanent, $"did not accept the request ({code}).{said} Check the settings in {target.Key} and the size of the request."),
            401 or 403 => (ModelErrorKind.Permanent, $"refused the API key ({code}). {KeyCure()}"),
            404 => (ModelErrorKind.Permanent, $"was not found at '{target.Endpoint}' (404).{said} {NameCure()}"),
            402 => (ModelErrorKind.Permanent, $"has no credit left (402).{said} Check the account's billing."),
            429 when ProviderText.IsQuota(body) => (ModelErrorKind.Permanent, $"has used up its quota (429).{said} Check the account's plan and billing."),
            429 => (ModelErrorKind.Temporary, $"limits the rate of requests (429).{said} {WaitCure(retryAfter)}"),
            >= 300 and < 400 => (ModelErrorKind.Permanent, $"has moved ({code}); redirects are not followed because they would carry the key elsewhere. Set {target.Key}:Endpoint to the new address."),
            408 or >= 500 => (ModelErrorKind.Temporary, $"had a fault of its own ({code}).{said} {WaitCure(retryAfter)}"),
            _ => (ModelErrorKind.Permanent, $"did not accept the request ({code}).{said} Check the settings in {target.Key}."),
        };
        return new ModelException(kind, target.Provider, target.ModelId, $"{target} {text}") { Status = code, RetryAfter = retryAfter, Reason = FailureReason.Of(code, body) };
    }

    /// <summary>No whole answer came for a reason that is no refusal. A <see cref="ModelException"/> in the chain is returned as it is.</summary>
    /// <param name="exception">What a transport or a provider's library threw.</param>
    /// <param name="cancellationToken">The caller's. When it is cancelled, the result is the cancellation and no failure.</param>
    /// <param name="begun">Whether part of the answer had already been handed out.</param>
    public Exception From(Exception exception, CancellationToken cancellationToken, bool begun = false)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            // Some libraries wrap the cancellation in an exception of their own, and aborting a connection looks like losing it.
            return exception as OperationCanceledException ?? new OperationCanceledException(exception.Message, exception, cancellationToken);
        }

        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is ModelException known)
            {
                return known;
            }

            if (Recognise(cause, begun) is { } text)
            {
                return Temporary(text, exception, FailureReason.Of(cause));
            }
        }

        // A library that cannot read an answer throws what it likes; the type helps the operator, its message may quote the answer.
        return Temporary($"gave an answer that could not be read ({exception.GetType().Name}). Try again; if it stays, check {target.Key}:Endpoint.", exception);
    }

    /// <summary>The stream ended without the mark that a whole answer ends with.</summary>
    public ModelException CutOff() => Temporary(BrokenOff, null, ModelFailureReason.Unavailable);

    /// <summary>An embedding model gave more or fewer vectors than it was given texts.</summary>
    public ModelException WrongCount(int texts, int vectors) =>
        new(ModelErrorKind.Permanent, target.Provider, target.ModelId, $"{target} gave {vectors} vectors for {texts} texts. Check that {target.Key}:Endpoint serves embeddings.");

    /// <summary>An embedding model gave vectors of another length than the configured one.</summary>
    public ModelException WrongLength(int expected, int actual) =>
        new(ModelErrorKind.Permanent, target.Provider, target.ModelId, $"{target} gave vectors of length {actual}. Set {target.Key}:Dimensions, now '{expected}', to that, or remove it.");

    /// <summary>The provider reported a fault inside an answer of status 200.</summary>
    /// <param name="frame">The JSON that reported it; untrusted.</param>
    public ModelException FaultInAnswer(string frame) =>
        Temporary($"reported a fault instead of an answer or in the middle of it.{ProviderText.Quote(frame, target.ApiKey)} Try again.", null, FailureReason.InAnswer(frame));

    private string? Recognise(Exception cause, bool begun) => cause switch
    {
        TimeoutRejectedException or TimeoutException => string.Create(CultureInfo.InvariantCulture,
            $"did not answer within {target.Timeout.TotalSeconds:0} s. Try again, or raise {target.Key}:TimeoutSeconds."),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            $"could not be reached: the host '{target.Endpoint.Host}' has no address. Check {target.Key}:Endpoint and the network.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"could not be reached: no secure connection to '{target.Endpoint}'. Check {target.Key}:Endpoint and the server's certificate.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } =>
            $"could not be reached: nothing accepts connections at '{target.Endpoint}'. {ConnectCure()}",
        HttpRequestException or IOException when begun => BrokenOff,
        HttpRequestException or IOException => $"lost the connection to '{target.Endpoint}' before it answered. Try again.",
        JsonException => $"gave an answer that is not the expected JSON. Try again; if it stays, check {target.Key}:Endpoint.",
        _ => null,
    };

    private ModelException Temporary(string text, Exception? cause, ModelFailureReason reason = ModelFailureReason.Other) =>
        new(ModelErrorKind.Temporary, target.Provider, target.ModelId, $"{target} {text}", cause)
        {
            Reason = reason,
            MayBeBilled = !(cause is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ConnectionError }),
        };

    private string KeyCure() => ModelProviders.KeyVariable(target.Provider) is { } variable
        ? $"Set {target.Key}:ApiKey or {variable} to a valid key for '{target.Endpoint}'."
        : $"Set {target.Key}:ApiKey to a valid key for '{target.Endpoint}'.";

    private string NameCure() => target.Provider == ModelProviders.Ollama
        ? $"Run 'ollama pull {target.ModelId}' or check {target.Key}:Model."
        : $"Check {target.Key}:Model and {target.Key}:Endpoint.";

    private string ConnectCure() => target.Provider == ModelProviders.Ollama
        ? $"Start Ollama ('ollama serve') or check {target.Key}:Endpoint."
        : $"Check that the server runs and that {target.Key}:Endpoint is right.";

    private static string WaitCure(TimeSpan? retryAfter) => retryAfter is { } wait
        ? string.Create(CultureInfo.InvariantCulture, $"Try again after {Math.Ceiling(wait.TotalSeconds):0} s.")
        : "Try again later.";
}
