using System.Text.Json;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs.State;

/// <summary>
/// Folded sessions of late, so that the next run of a long session does not fold its whole journal again. Never the truth: what is
/// taken out is first brought up to the journal's end, and a run that ends in an exception does not put its state back.
/// </summary>
internal sealed class SessionCache(JournalStore journal)
{
    /// <summary>A session is opened in the time that this many events take, however long it is.</summary>
    public const int EventsBetweenSnapshots = 256;

    private const int Capacity = 32;
    private readonly Lock _gate = new();
    private readonly LinkedList<SessionState> _states = [];

    /// <summary>Takes the session out, up to date. The caller owns it and holds the session's claim.</summary>
    public async ValueTask<SessionState> OpenAsync(string sessionId, CancellationToken cancellationToken)
    {
        var state = Take(sessionId) ?? await ReadSnapshotAsync(sessionId, cancellationToken);
        if (state is not null && await FoldAsync(state, cancellationToken))
        {
            return state;
        }

        state = new SessionState(sessionId);
        await FoldAsync(state, cancellationToken);
        return state;
    }

    /// <summary>Makes sure that the conversation is at hand, for who is about to ask the model.</summary>
    public async ValueTask LoadConversationAsync(SessionState state, CancellationToken cancellationToken)
    {
        if (!state.HasConversation)
        {
            var whole = new SessionState(state.SessionId);
            await FoldAsync(whole, cancellationToken);
            state.TakeConversation(whole);
        }
    }

    /// <summary>Puts the session back for the next run. All of its events are durable.</summary>
    public void Return(SessionState state)
    {
        if (state.Sequence - state.SnapshotSequence >= EventsBetweenSnapshots)
        {
            KeepSnapshot(state);
        }

        lock (_gate)
        {
            _states.AddFirst(state);
            if (_states.Count > Capacity)
            {
                _states.RemoveLast();
            }
        }
    }

    private void KeepSnapshot(SessionState state)
    {
        state.SnapshotSequence = state.Sequence;
        try
        {
            journal.KeepSnapshot(new SessionSnapshot(state.SessionId, state.Sequence, SnapshotJson.Write(state)));
        }
        catch (NotSupportedException)
        {
            // Somebody gave the state a field that cannot be written. The tests say so; a run that is finished must not fail of it.
        }
    }

    // Returns whether the state may be used: not when text was forgotten since it was folded, which it would still hold.
    private async ValueTask<bool> FoldAsync(SessionState state, CancellationToken cancellationToken)
    {
        var isCurrent = true;
        foreach (var runEvent in await journal.ReadAsync(state.SessionId, state.Sequence, cancellationToken))
        {
            isCurrent &= runEvent is not TextForgotten;
            state.Apply(runEvent);
        }

        return isCurrent;
    }

    private async ValueTask<SessionState?> ReadSnapshotAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (await journal.ReadSnapshotAsync(sessionId, cancellationToken) is not { } bytes)
        {
            return null;
        }

        try
        {
            return SnapshotJson.Read(bytes);
        }
        catch (JsonException)
        {
            // A snapshot is a cache: what cannot be read is folded from the events.
            return null;
        }
    }

    private SessionState? Take(string sessionId)
    {
        lock (_gate)
        {
            for (var node = _states.First; node is not null; node = node.Next)
            {
                if (node.Value.SessionId == sessionId)
                {
                    _states.Remove(node);
                    return node.Value;
                }
            }

            return null;
        }
    }
}
