using KernelHost.Runs.Journal;

namespace KernelHost.Runs.State;

/// <summary>
/// Folded sessions of late, so that the next run of a long session does not fold its whole journal again. Never the truth: what is
/// taken out is first brought up to the journal's end, and a run that ends in an exception does not put its state back.
/// </summary>
internal sealed class SessionCache(JournalStore journal)
{
    private const int Capacity = 32;
    private readonly Lock _gate = new();
    private readonly LinkedList<SessionState> _states = [];

    /// <summary>Takes the session out, up to date. The caller owns it and holds the session's claim.</summary>
    public async ValueTask<SessionState> OpenAsync(string sessionId, CancellationToken cancellationToken)
    {
        var state = Take(sessionId) ?? new SessionState(sessionId);
        foreach (var runEvent in await journal.ReadAsync(sessionId, state.Sequence, cancellationToken))
        {
            state.Apply(runEvent);
        }

        return state;
    }

    /// <summary>Puts the session back for the next run.</summary>
    public void Return(SessionState state)
    {
        lock (_gate)
        {
            _states.AddFirst(state);
            if (_states.Count > Capacity)
            {
                _states.RemoveLast();
            }
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
