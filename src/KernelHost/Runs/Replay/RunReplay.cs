using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Replay;

/// <summary>
/// Executes recorded runs again: the real loop, gate and policy, with model, tools, people, clock and ids answering from the journal. No
/// model is asked, no tool is invoked, nothing is written. Safe for concurrent use.
/// </summary>
/// <param name="agents">Binds the agent as it is now.</param>
/// <param name="journal">Where the runs are recorded.</param>
public sealed class RunReplay(AgentBinder agents, JournalStore journal)
{
    /// <summary>Replays a run and compares every event with the recorded one.</summary>
    /// <param name="runId">The run; it need not be finished.</param>
    /// <param name="cancellationToken">Cancels before the replay begins.</param>
    /// <exception cref="RunException">There is no such run.</exception>
    /// <exception cref="Agents.AgentException">The agent does not exist any more or is not valid.</exception>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public async Task<ReplayReport> ReplayAsync(string runId, CancellationToken cancellationToken = default)
    {
        var summary = await journal.FindRunAsync(runId, cancellationToken)
            ?? throw new RunException($"There is no run '{runId}'. List the runs with 'kernelhost runs list'.");
        var recording = RunRecording.Read(runId, await journal.ReadAsync(summary.SessionId, afterSequence: 0, cancellationToken));
        var agent = await agents.BindAsync(recording.Started.Agent, cancellationToken);

        // One thing at a time, so that what ran side by side ends in the recorded order.
        var scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        var (replayed, missing) = await Task.Factory
            .StartNew(() => ExecuteAsync(agent, recording, summary.SessionId, scheduler), cancellationToken, TaskCreationOptions.None, scheduler).Unwrap();
        return Report(agent, recording, summary.SessionId, replayed, missing);
    }

    private async Task<(IReadOnlyList<RunEvent> Events, string? Missing)> ExecuteAsync(
        BoundAgent agent, RunRecording recording, string sessionId, TaskScheduler scheduler)
    {
        await using var replayed = new ReplayJournal(recording, sessionId);
        await replayed.PreloadAsync();
        string? missing = null;
        foreach (var segment in recording.Segments)
        {
            replayed.Begin(segment);
            var state = await FoldAsync(replayed, sessionId);
            if (missing is not null || (state.Run?.RunId == recording.Started.RunId && state.Run.Ended))
            {
                break;
            }

            // A run that was handed over is taken up by who has it.
            var holder = state.Run?.RunId == recording.Started.RunId && state.Run.Agent != agent.Name ? await agents.BindAsync(state.Run.Agent, CancellationToken.None) : agent;
            using var replay = new ReplaySegment(holder, recording, segment, replayed, state, scheduler) { FindAgent = name => agents.BindAsync(name, CancellationToken.None) };
            missing = await replay.RunAsync(First(holder, segment, state));
            await replayed.EndAsync();
        }

        return (await replayed.ReadAsync(sessionId, recording.Before.Count, CancellationToken.None), missing);
    }

    private static async ValueTask<SessionState> FoldAsync(ReplayJournal replayed, string sessionId)
    {
        var state = new SessionState(sessionId);
        foreach (var runEvent in await replayed.ReadAsync(sessionId, afterSequence: 0, CancellationToken.None))
        {
            state.Apply(runEvent);
        }

        return state;
    }

    private static RunEvent First(BoundAgent agent, RecordedSegment segment, SessionState state) => segment.Own[0] is RunStarted started
        ? new RunStarted
        {
            RunId = started.RunId,
            Agent = agent.Name,
            Principal = started.Principal,
            Request = started.Request,
            Instructions = agent.Instructions,
            PolicyVersion = agent.PolicyVersion,
            Parent = started.Parent,
            Ancestors = started.Ancestors,
            Limits = started.Limits,
            RequestIntegrity = started.RequestIntegrity,
            UserWords = started.UserWords,
            Attendance = started.Attendance,
            Groups = started.Groups,

            // A run of a time in which nothing was verified and numbers began anew is executed as it was then.
            Grounding = started.Grounding is null ? null : agent.Grounding,
            PassagesBefore = started.PassagesBefore is null ? null : state.PassageCount,
        }
        : new RunResumed
        {
            RunId = segment.Own[0].RunId,
            Attendance = (segment.Own[0] as RunResumed)?.Attendance,
            Charged = segment.Own[0] is RunResumed { Charged: not null } ? RunSpending.InFlight(agent.For(state.Run!), state) : null,
        };

    private static ReplayReport Report(BoundAgent agent, RunRecording recording, string sessionId, IReadOnlyList<RunEvent> replayed, string? missing)
    {
        var differences = EventComparison.Compare(recording.Events, replayed);
        return new ReplayReport
        {
            RunId = recording.Started.RunId,
            SessionId = sessionId,
            Agent = recording.Started.Agent,
            RecordedPolicyVersion = recording.Started.PolicyVersion,
            PolicyVersion = agent.PolicyVersion,
            RecordedEvents = recording.Events.Count,
            ReplayedEvents = replayed.Count,
            Differences = differences,
            Decisions = ReplayDecisions.Compare(recording.Events, replayed),
            Notes = ReplayNotes.Explain(agent, recording, replayed, differences, missing),
        };
    }
}
