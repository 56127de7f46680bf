using System.Runtime.CompilerServices;
using KernelHost.Models;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// The model as a plugin may use it while it serves one call: the agent's own or the one it names for that, within what is left of the run, stopped when operators stop it,
/// and closed with the call. Nothing of the host's client can be got through it. Safe for concurrent use.
/// </summary>
internal sealed class PluginChatClient(PluginSpending spending, PluginCall call) : IChatClient
{
    private int _calls;
    private volatile bool _closed;

    /// <summary>No call can be made through it from now on. What was under way goes on and is counted.</summary>
    public void Close() => _closed = true;

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (_closed)
        {
            throw new InvalidOperationException($"The call '{call.CallId}' of '{call.Tool.QualifiedName}' is over, and its model with it. Ask the model while the call is being served.");
        }

        IList<ChatMessage> asked = [.. messages];
        var reserved = spending.Reserve(call, Interlocked.Increment(ref _calls), asked, options, out var capped);
        try
        {
            var response = await spending.Client.GetResponseAsync(asked, capped, cancellationToken);
            spending.Settle(call, reserved, response);
            return response;
        }
        catch (Exception exception)
        {
            spending.CutOff(call, reserved, billed: exception is not ModelException { MayBeBilled: false });
            throw;
        }
    }

    // In one piece: what is left of a budget is known only when the answer is whole.
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType?.IsInstanceOfType(this) == true ? this : null;

    public void Dispose()
    {
        // The client is the host's.
    }
}
