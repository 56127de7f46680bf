using KernelHost.Runs.Events;

namespace KernelHost.Runs.Replay;

/// <summary>A run as its session's journal tells it.</summary>
internal sealed class RunRecording
{
    private RunRecording(IReadOnlyList<RunEvent> before, IReadOnlyList<RunEvent> events, RunStarted started)
    {
        Before = before;
        Events = events;
        Started = started;
        Segments = [.. Split(events)];
    }

    /// <summary>The session before the run, or before what of it was not copied by a fork.</summary>
    public IReadOnlyList<RunEvent> Before { get; }

    /// <summary>From the run's start to its last event, people's answers among them.</summary>
    public IReadOnlyList<RunEvent> Events { get; }

    public RunStarted Started { get; }

    /// <summary>The records of text that was taken out of the run's events.</summary>
    public IReadOnlyList<TextForgotten> Forgotten { get; private init; } = [];

    public IReadOnlyList<RecordedSegment> Segments { get; }

    /// <exception cref="RunException">The journal does not hold the run's start.</exception>
    public static RunRecording Read(string runId, IReadOnlyList<RunEvent> session)
    {
        // What is compared is what a journal holds: the same bytes, read back.
        var events = session.Select(Copy).ToList();
        var start = events.FindIndex(runEvent => runEvent is RunStarted && runEvent.RunId == runId);
        if (start < 0)
        {
            throw new RunException($"The journal does not hold the start of run '{runId}', so it cannot be replayed.");
        }

        var end = events.FindIndex(start + 1, static runEvent => runEvent is RunStarted);
        var from = events[0] is SessionForked fork && start < fork.Length ? BehindFork(runId, events, fork) : start;
        var own = events[from..(end < 0 ? events.Count : end)];
        return new RunRecording(events[..from], own, (RunStarted)events[start])
        {
            Forgotten = [.. events.OfType<TextForgotten>().Where(record => record.Events.Any(forgotten => forgotten.Sequence >= own[0].Sequence && forgotten.Sequence <= own[^1].Sequence))],
        };
    }

    // What a fork copied was lived through elsewhere, and is replayed there; here the run begins where it was taken up.
    private static int BehindFork(string runId, List<RunEvent> events, SessionForked fork)
    {
        var resumed = events.FindIndex((int)fork.Length, runEvent => runEvent is RunResumed && runEvent.RunId == runId);
        return resumed >= 0 ? resumed : throw new RunException($"Run '{runId}' was copied from run '{fork.FromRun}' by a fork, and nothing has happened in it since. Replay '{fork.FromRun}'.");
    }

    public ModelReplied? Reply(int step) => Segments.Select(segment => segment.Reply(step)).FirstOrDefault(reply => reply is not null);

    /// <summary>What the call returned or failed with, whenever it was.</summary>
    public CallEvent? Result(string callId) => Events.OfType<CallEvent>()
        .FirstOrDefault(runEvent => runEvent.CallId == callId && runEvent is CallCompleted or CallFailed { Failure: CallFailure.Failed });

    public static RunEvent Copy(RunEvent runEvent)
    {
        var copy = RunEventJson.Read(RunEventJson.Write(runEvent));
        copy.Sequence = runEvent.Sequence;
        return copy;
    }

    // A run that is answered in the moment it parks goes on in the same process, and resumes directly behind having parked.
    private static IEnumerable<RecordedSegment> Split(IReadOnlyList<RunEvent> events)
    {
        var start = 0;
        for (var i = 1; i <= events.Count; i++)
        {
            if (i == events.Count || (events[i] is RunResumed && events[i - 1] is not RunParked))
            {
                yield return new RecordedSegment(events.Skip(start).Take(i - start));
                start = i;
            }
        }
    }
}
