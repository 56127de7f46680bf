using System.Diagnostics;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs.Replay;

/// <summary>Replays what one process did: the real loop and gate, over recorded replies, results, answers, times and ids.</summary>
internal sealed class ReplaySegment : IDisposable
{
    private readonly CancellationTokenSource _caller = new();
    private readonly CancellationTokenSource _cancelRequested = new();
    private int _arrived = -1;

    private readonly IFunctionInvocationFilter _calls;

    public ReplaySegment(BoundAgent agent, RunRecording recording, RecordedSegment recorded, ReplayJournal journal, SessionState state, TaskScheduler scheduler)
    {
        (Recording, Recorded, Journal, State) = (recording, recorded, journal, state);
        Clock = new ReplayClock { Now = Now };
        _calls = new ReplayCalls(this, scheduler);
        Agent = StandIn(agent);
        journal.OnAppended = CancelWhereTheCallerDid;
    }

    /// <summary>The agent that has the conversation, with everything it reaches replaced by the recording.</summary>
    public BoundAgent Agent { get; private set; }

    /// <summary>Binds an agent as it is now.</summary>
    public required Func<string, ValueTask<BoundAgent>> FindAgent { get; init; }

    public RunRecording Recording { get; }

    public RecordedSegment Recorded { get; }

    public ReplayJournal Journal { get; }

    public SessionState State { get; }

    public ReplayClock Clock { get; }

    /// <summary>What the recorded process wrote at this point; <see langword="null"/> when it wrote nothing more.</summary>
    public RunEvent? RecordedNext => Next < Recorded.Own.Count ? Recorded.Own[Next] : null;

    /// <summary>The recorded event that the replay comes to next.</summary>
    public RunEvent? NextOwn => Recorded.Own.ElementAtOrDefault(Next);

    private int Next => Journal.Own + (int)(State.Sequence - Journal.Length);

    /// <summary>Works until the loop lets go, or to where the recorded process died.</summary>
    /// <returns>What the recording lacks, when the replay has left the recorded path so far that it cannot go on; else <see langword="null"/>.</returns>
    public async Task<string?> RunAsync(RunEvent first)
    {
        var session = new SessionWriter(Journal, State, observer: null, Clock)
        {
            NewApprovalId = ApprovalIdFor,
            FindRemembered = RememberedFor,
            Guards = new RunGuards { Stops = new RecordedStops(this), Accounts = new RecordedAccounts(this), RecordedUsage = UsageOf, RecordedResult = ResultOf },
            Pause = static (_, _) => Task.CompletedTask,
        };
        try
        {
            session.Stage(first);
            await session.FlushAsync();
            await LoopAsync(session);
            while (State.Run is { Status: RunStatus.Running } run && run.Agent != Agent.Name)
            {
                Agent = StandIn(await FindAgent(run.Agent));
                await LoopAsync(session);
            }

            return null;
        }
        catch (ReplayEndException end)
        {
            return end.Missing;
        }
    }

    private ValueTask LoopAsync(SessionWriter session) =>
        new RunLoop(Agent, session, new ReplaySubRuns(this), observer: null, NullLogger.Instance).RunAsync(_cancelRequested.Token, _caller.Token);

    private BoundAgent StandIn(BoundAgent agent)
    {
        agent = agent.Within(Recording.Started.Limits);
        var kernel = new Kernel();
        kernel.FunctionInvocationFilters.Add(_calls);
        return new BoundAgent(agent.Name, new ReplayModel(this, agent.ModelName), kernel, agent.Tools, agent.Policy)
        {
            Provider = agent.Provider,
            ModelId = agent.ModelId,
            Price = agent.Price,
            MaxOutputTokens = agent.MaxOutputTokens,
            CheaperModel = agent.CheaperModel is { } cheaper ? cheaper with { Client = new ReplayModel(this, cheaper.Name) } : null,
            ModelName = agent.ModelName,
            ContextTokens = agent.ContextTokens,
            CompactAtPercent = agent.CompactAtPercent,
            Summaries = (agent.Summaries ?? agent.Model) with { Client = new ReplaySummaries(this) },
            Fallbacks = [.. agent.Fallbacks.Select(fallback => fallback with { Model = fallback.Model with { Client = new ReplayModel(this, fallback.Model.Name) } })],
            Instructions = agent.Instructions,
            Planner = agent.Planner,
            MaximumDepth = agent.MaximumDepth,
            Approvals = agent.Approvals,
            ToolLimits = agent.ToolLimits,
            ResultReader = agent.ResultReader,
            Grounding = agent.Grounding,

            // How many calls run at once decides nothing; a replay must not wait for a slot while it keeps the recorded order.
            Limits = agent.Limits with { ParallelCalls = int.MaxValue },
        };
    }

    /// <summary>The recorded reply is here; from now on it is the time at which it was written.</summary>
    public void ReplyArrived() => _arrived = Next;

    /// <summary>Nothing more can be replayed. The journal says so again, because the loop takes what a model throws for a failure of the model.</summary>
    public ReplayEndException End(string? missing) => Journal.End = new ReplayEndException(missing);

    /// <summary>The caller cancelled here.</summary>
    public void Cancel() => _caller.Cancel();

    /// <summary>The request to cancel the run was noticed here, while the run waited for something.</summary>
    public void NoticeCancelRequest()
    {
        // The journal of a replay is in memory, so this is done when it returns.
        var given = Journal.GiveInputAsync();
        Debug.Assert(given.IsCompletedSuccessfully, "The journal of a replay is in memory.");
        _cancelRequested.Cancel();
    }

    public void Dispose()
    {
        _caller.Dispose();
        _cancelRequested.Dispose();
    }

    // Before a reply the clock stands still at the event before it: whatever the loop checked then, it did not find the time used up.
    private DateTimeOffset Now()
    {
        var next = Next;
        if (next >= Recorded.Own.Count)
        {
            return Recorded.Own[^1].Time;
        }

        return next > 0 && Recorded.Own[next] is ModelReplied or HistoryCompacted { Model: not null } && _arrived != next ? Recorded.Own[next - 1].Time : Recorded.Own[next].Time;
    }

    private void CancelWhereTheCallerDid()
    {
        if (Journal.Own >= Recorded.Own.Count)
        {
            return;
        }

        var next = Recorded.Own[Journal.Own];
        if (next is RunInterrupted { Failed: false, Stopped: not true, Charged: null })
        {
            Cancel();
        }
        else if (next is not RunCancelled { Charged: not null } && RunCancellation.Wrote(next) && Recorded.InputsBefore(Journal.Own).Any(static input => input is CancelRequested))
        {
            NoticeCancelRequest();
        }
    }

    // What people had remembered is input: the recording tells what was applied to this call, and nothing else was there.
    private ValueTask<IReadOnlyList<RememberedApproval>> RememberedFor(CallState call, CancellationToken cancellationToken) => new(
        [.. Recorded.Own.OfType<CallDecided>().Where(decided => decided.CallId == call.CallId && decided.Remembered is not null).Select(decided => decided.Remembered!)]);

    private CallUsage? UsageOf(string callId) => Recorded.Outcome(callId)?.Outcome switch
    {
        CallCompleted completed => completed.Usage,
        CallFailed failed => failed.Usage,
        CallTimedOut timedOut => timedOut.Usage,
        _ => null,
    };

    private (object? Shown, object? Full) ResultOf(string callId, object? result) =>
        Recorded.Outcome(callId)?.Outcome is CallCompleted { FullResult: { } full } cut ? (cut.Result, full) : (result, null);

    // Where the recorded run asked about this call at this time, the question has its id again.
    private string ApprovalIdFor(string callId)
    {
        var asked = Recorded.Own.OfType<ApprovalRequested>().FirstOrDefault(question => question.CallId == callId)
            ?? Recording.Events.OfType<ApprovalRequested>().FirstOrDefault(question => question.CallId == callId);
        return asked?.ApprovalId ?? $"apr_new{callId.Replace('.', 'x')}";
    }
}
