using System.Runtime.CompilerServices;
using KernelHost.Models;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Runs.Support;

/// <summary>A model that fails as long as the test wants, if need be after it has said something.</summary>
internal sealed class FailingChatClient(ModelFailureReason reason, IChatClient inner) : IChatClient
{
    public bool Fails { get; set; } = true;

    public string? SaysFirst { get; init; }

    public bool Billed { get; init; }

    public int Asked { get; private set; }

    public Func<IReadOnlyList<ChatMessage>, bool> When { get; init; } = static _ => true;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Asked++;
        return Fails && When([.. messages]) ? throw Failure() : inner.GetResponseAsync(messages, options, cancellationToken);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (SaysFirst is not null)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, SaysFirst);
        }

        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() => inner.Dispose();

    private ModelException Failure() => new(ModelErrorKind.Temporary, "test", "test", $"It failed: {reason}.") { Reason = reason, MayBeBilled = Billed };
}
