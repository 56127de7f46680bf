using KernelHost.Runs.Events;

namespace KernelHost.Runs.Replay;

/// <summary>What one process did on a run: from its start or its resumption until it let go or died.</summary>
internal sealed class RecordedSegment
{
    private readonly Dictionary<int, List<InputEvent>> _inputs = [];

    /// <param name="events">The segment's events, a <see cref="RunStarted"/> or <see cref="RunResumed"/> first.</param>
    public RecordedSegment(IEnumerable<RunEvent> events)
    {
        List<RunEvent> own = [];
        foreach (var runEvent in events)
        {
            if (runEvent is InputEvent input)
            {
                (_inputs.TryGetValue(own.Count, out var inputs) ? inputs : _inputs[own.Count] = []).Add(input);
            }
            else
            {
                own.Add(runEvent);
            }
        }

        Own = own;

        // Parked with an answer at that moment, the process would have gone on: if it did not, it died.
        End = own[^1] is RunInterrupted or RunCompleted or RunCancelled or RunPaused || (own[^1] is RunParked && InputsBefore(own.Count - 1).Count == 0) ? own[^1] : null;
    }

    /// <summary>What the run wrote itself; what came from outside is input and stands apart.</summary>
    public IReadOnlyList<RunEvent> Own { get; }

    /// <summary>The event with which the process let go; <see langword="null"/> when it died or still works.</summary>
    public RunEvent? End { get; }

    /// <summary>The input recorded directly before an own event; at the count of own events, those after all of them.</summary>
    public IReadOnlyList<InputEvent> InputsBefore(int own) => _inputs.TryGetValue(own, out var inputs) ? inputs : [];

    public ModelReplied? Reply(int step) => Own.OfType<ModelReplied>().FirstOrDefault(reply => reply.Step == step);

    /// <summary>How the call ended, and where in the segment; <see langword="null"/> when no end of it is recorded here.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="earlier">How many of its ends to leave out: a call that timed out may be made again.</param>
    public (CallEvent Outcome, int Index)? Outcome(string callId, int earlier = 0)
    {
        for (var i = 0; i < Own.Count; i++)
        {
            if (Own[i] is CallCompleted or CallFailed or CallTimedOut or OutcomeChecked && Own[i] is CallEvent outcome && outcome.CallId == callId && earlier-- == 0)
            {
                return (outcome, i);
            }
        }

        return null;
    }
}
