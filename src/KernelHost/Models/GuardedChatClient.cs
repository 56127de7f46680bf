using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KernelHost.Models;

/// <summary>
/// Around a provider's client: applies the configured defaults, turns every failure into a <see cref="ModelException"/>, and refuses
/// to pass a fragment off as an answer. The caller's own cancellation passes untouched.
/// </summary>
internal sealed class GuardedChatClient(IChatClient inner, ModelFailures failures, int? maxOutputTokens, float? temperature, IDisposable connections)
    : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            var response = await base.GetResponseAsync(messages, WithDefaults(options), cancellationToken).ConfigureAwait(false);
            return response.FinishReason is not null || response.Messages.Any(message => message.Contents.Count > 0) ? response : throw failures.CutOff();
        }
        catch (Exception exception) when (exception is not ModelException)
        {
            throw failures.From(exception, cancellationToken);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (begun, finished) = (false, false);
        await using var updates = Start(messages, options, cancellationToken);
        while (true)
        {
            ChatResponseUpdate update;
            try
            {
                if (!await updates.MoveNextAsync().ConfigureAwait(false))
                {
                    break;
                }

                update = updates.Current;
            }
            catch (Exception exception) when (exception is not ModelException)
            {
                throw failures.From(exception, cancellationToken, begun);
            }

            begun = true;
            finished |= update.FinishReason is not null;
            yield return update;
        }

        if (!finished)
        {
            // OllamaSharp ends a cancelled stream as if it were complete.
            cancellationToken.ThrowIfCancellationRequested();
            throw failures.CutOff();
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            connections.Dispose();
        }
    }

    private IAsyncEnumerator<ChatResponseUpdate> Start(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return base.GetStreamingResponseAsync(messages, WithDefaults(options), cancellationToken).GetAsyncEnumerator(cancellationToken);
        }
        catch (Exception exception) when (exception is not ModelException)
        {
            throw failures.From(exception, cancellationToken);
        }
    }

    private ChatOptions? WithDefaults(ChatOptions? options)
    {
        var limit = options?.MaxOutputTokens is null ? maxOutputTokens : null;
        var warmth = options?.Temperature is null ? temperature : null;
        if (limit is null && warmth is null)
        {
            return options;
        }

        options = options?.Clone() ?? new ChatOptions();
        options.MaxOutputTokens ??= limit;
        options.Temperature ??= warmth;
        return options;
    }
}
