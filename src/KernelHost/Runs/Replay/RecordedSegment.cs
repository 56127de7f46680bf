using KernelHost.Runs.Events;

namespace KernelHost.Runs.Replay;

/// <summary>What one process did on a run: from its start or its resumption until it let go or died.</summary>
internal sealed class RecordedSegment
{
    private readonly Dictionary<int, List<ApprovalDecided>> _answers = [];

    /// <param name="events">The segment's events, a <see cref="RunStarted"/> or <see cref="RunResumed"/> first.</param>
    public RecordedSegment(IEnumerable<RunEvent> events)
    {
        List<RunEvent> own = [];
        foreach (var runEvent in events)
        {
            if (runEvent is ApprovalDecided answer)
            {
                (_answers.TryGetValue(own.Count, out var answers) ? answers : _answers[own.Count] = []).Add(answer);
            }
            else
            {
                own.Add(runEvent);
            }
        }

        Own = own;

        // Parked with an answer at that moment, the process would have gone on: if it did not, it died.
        End = own[^1] is RunInterrupted or RunCompleted || (own[^1] is RunParked && AnswersBefore(own.Count - 1).Count == 0) ? own[^1] : null;
    }

    /// <summary>What the run wrote itself; people's answers are input and stand apart.</summary>
    public IReadOnlyList<RunEvent> Own { get; }

    /// <summary>The event with which the process let go; <see langword="null"/> when it died or still works.</summary>
    public RunEvent? End { get; }

    /// <summary>The answers recorded directly before an own event; at the count of own events, those after all of them.</summary>
    public IReadOnlyList<ApprovalDecided> AnswersBefore(int own) => _answers.TryGetValue(own, out var answers) ? answers : [];

    public ModelReplied? Reply(int step) => Own.OfType<ModelReplied>().FirstOrDefault(reply => reply.Step == step);

    /// <summary>How the call ended, and where in the segment; <see langword="null"/> when no end of it is recorded here.</summary>
    public (CallEvent Outcome, int Index)? Outcome(string callId)
    {
        for (var i = 0; i < Own.Count; i++)
        {
            if (Own[i] is CallCompleted or CallFailed && Own[i] is CallEvent outcome && outcome.CallId == callId)
            {
                return (outcome, i);
            }
        }

        return null;
    }
}
