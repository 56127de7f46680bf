using KernelHost.Agents;
using KernelHost.Runs.Approvals;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Provenance;

namespace KernelHost.Runs.State;

/// <summary>A run as far as the journal tells.</summary>
internal sealed partial class RunState(RunStarted started, Integrity before)
{
    private DateTimeOffset _segmentStart = started.Time;
    private DateTimeOffset _last = started.Time;
    private TimeSpan _active;
    private int _searches;
    private long _found;

    public RunStarted Started { get; } = started;

    public string RunId => Started.RunId;

    public RunStatus Status { get; private set; } = RunStatus.Running;

    /// <summary>The agent that has the conversation.</summary>
    public string Agent { get; private set; } = started.Agent;

    /// <summary>The hand-over that takes effect when the round is closed.</summary>
    public HandedOver? Next { get; private set; }

    /// <summary>How often the conversation has changed hands in this run.</summary>
    public int HandOvers { get; private set; }

    public int Steps { get; private set; }

    public int ToolCalls => Spent.ToolCalls;

    public int DeniedByPolicy { get; private set; }

    public long InputTokens => Spent.InputTokens;

    public long OutputTokens => Spent.OutputTokens;

    /// <summary>Notices when it does the same again and again.</summary>
    public LoopWatch Loops { get; } = new();

    /// <summary>What it has used up of its limits.</summary>
    public Spent Spent { get; } = new();

    public string? LastModel { get; private set; }

    /// <summary>The models that the run does without for a while, by their names; <see langword="null"/> when there are none.</summary>
    public Dictionary<string, ModelRest>? Resting { get; private set; }

    /// <summary>The calls of the last reply, in its order; empty when all are closed and the model has the word.</summary>
    public List<CallState> OpenCalls { get; } = [];

    /// <summary>What the citations of the answer must be like; <see langword="null"/> when nothing is verified.</summary>
    public GroundingRules? Grounding { get; private set; } = started.Grounding;

    /// <summary>Whether the run has searched, and no search found anything.</summary>
    public bool FoundNothing => _searches > 0 && _found == 0;

    /// <summary>How often a process has let go of the run, or taken it up, since the last reply.</summary>
    public int ModelAttempt { get; private set; }

    /// <summary>The model has read the beginning of a result that goes on.</summary>
    public bool HasCutResults { get; private set; }

    /// <summary>The join over all that the model reads: the request, the results of this run, and the session before it.</summary>
    public Integrity Integrity { get; private set; } = Labels.Join(before, Labels.Of(started));

    /// <summary>Model calls of the sub-runs that have ended. What else they used is counted with the run's own.</summary>
    public int SubRunSteps { get; private set; }

    /// <summary>What the run used, with its sub-runs that have ended.</summary>
    public RunUsage Usage => new(Steps + SubRunSteps, ToolCalls, InputTokens, OutputTokens, ActiveUntil(DateTimeOffset.MinValue))
    {
        CostMicros = Spent.CostMicros,
        ModelCalls = Spent.ModelCalls,
        BytesOut = Spent.BytesOut,
        ApprovalPrompts = Spent.ApprovalPrompts,
    };

    /// <summary>The sub-runs of calls that have failed. One that has not ended is of no use any more.</summary>
    public List<SubRunRef> GivenUp { get; } = [];

    public RunCompleted? Completed { get; private set; }

    public RunInterrupted? Interrupted { get; private set; }

    /// <summary>Somebody wants the run cancelled; whoever holds the session obeys.</summary>
    public CancelRequested? CancelRequest { get; private set; }

    public RunCancelled? Cancelled { get; private set; }

    /// <summary>Somebody wants the run paused; whoever works on it obeys.</summary>
    public PauseRequested? PauseRequest { get; private set; }

    public RunPaused? Paused { get; private set; }

    /// <summary>How often the conversation was compacted in this run.</summary>
    public int Compactions { get; private set; }

    /// <summary>What people said to the run and the model has not read, oldest first.</summary>
    public List<MessageAdded> Messages { get; } = [];

    /// <summary>What people have allowed it beyond its agent's limits.</summary>
    public LimitRaise Raised { get; private set; } = LimitRaise.None;

    /// <summary>The question for more that is open, or answered and not taken up yet.</summary>
    public ApprovalSummary? TopUp { get; private set; }

    /// <summary>How often it has asked for more.</summary>
    public int TopUps { get; private set; }

    /// <summary>Somebody has said no to more, or nobody has answered: it does not ask again.</summary>
    public bool TopUpRefused { get; private set; }

    /// <summary>Nothing more happens in this run.</summary>
    public bool Ended => Completed is not null || Cancelled is not null;

    /// <summary>Somebody wants the run cancelled, and it has not ended yet.</summary>
    public bool MustCancel => CancelRequest is not null && !Ended;

    /// <summary>Somebody wants the process to let go of the run.</summary>
    public bool MustLetGo => MustCancel || (PauseRequest is not null && !Ended);

    /// <summary>Whether somebody is there to be asked, as the process says that works on the run; <see langword="null"/> when somebody is.</summary>
    public Attendance? Attendance { get; private set; } = started.Attendance;

    /// <summary>When the last thing happened.</summary>
    public DateTimeOffset LastTime => _last;

    /// <summary>The last reply held no calls, so it is the answer.</summary>
    public string? FinalText { get; private set; }

    /// <summary>The model has answered, and to everything that was said to the run.</summary>
    public bool IsAnswered => FinalText is not null && Messages.Count == 0;

    /// <summary>The time that processes worked on the run; waiting for humans does not count.</summary>
    public TimeSpan ActiveUntil(DateTimeOffset now) => Status == RunStatus.Running ? _active + Elapsed(now) : _active;

    /// <summary>The round is closed: who was handed the conversation has it from here on.</summary>
    public void TakeOver() => (Agent, HandOvers, Grounding, Next) = (Next!.To, HandOvers + 1, Next.Grounding, null);

    /// <param name="runEvent">The event.</param>
    /// <param name="seen">How much the models of the session have read so far.</param>
    public void Apply(RunEvent runEvent, int seen)
    {
        ModelAttempt = runEvent is ModelReplied ? 0 : ModelCallId.EndsAttempt(runEvent) ? ModelAttempt + 1 : ModelAttempt;
        switch (runEvent)
        {
            case ModelReplied replied:
                Apply(replied, seen);
                break;
            case CallEvent callEvent:
                Apply(callEvent);
                break;
            case ApprovalInput input:
                Apply(input);
                break;
            case RunResumed resumed:
                Attendance = resumed.Attendance;
                Spent.Apply(resumed.Charged);
                EndSegment(_last, RunStatus.Running);
                _segmentStart = runEvent.Time;
                PauseRequest = null;
                ForgetTools();
                break;
            case CancelRequested request:
                CancelRequest ??= request;
                break;
            case PauseRequested request:
                PauseRequest ??= request;
                break;
            case RunPaused paused:
                (Paused, PauseRequest) = (paused, null);
                EndSegment(runEvent.Time, RunStatus.Paused);
                break;
            case MessageAdded message when !Ended:
                Messages.Add(message);
                break;
            case HistoryCompacted compacted:
                Compactions++;
                Spent.Apply(compacted.Charged);
                break;
            case MessagesDelivered delivered:
                Messages.RemoveRange(0, Math.Min(delivered.Count, Messages.Count));
                FinalText = null;
                break;
            case RunCancelled cancelled:
                Cancelled = cancelled;
                Spent.Apply(cancelled.Charged);
                EndSegment(runEvent.Time, RunStatus.Cancelled);
                break;
            case RunParked:
                EndSegment(runEvent.Time, RunStatus.WaitingForApproval);
                break;
            case RunInterrupted interrupted:
                Interrupted = interrupted;
                Spent.Apply(interrupted.Charged);
                EndSegment(runEvent.Time, RunStatus.Interrupted);
                break;
            case RunCompleted completed:
                Completed = completed;
                Spent.Apply(completed.Charged);
                EndSegment(runEvent.Time, completed.Limit is null ? RunStatus.Completed : RunStatus.Stopped);
                break;
        }

        _last = runEvent.Time;
    }

    // Whoever takes a run up finds the tools anew, so that what it does follows from the journal alone.
    private void ForgetTools()
    {
        foreach (var call in OpenCalls)
        {
            (call.Bound, call.Checked) = (null, false);
        }
    }

    // A process that died wrote no end of its segment: the segment ends at its last event.
    private void EndSegment(DateTimeOffset end, RunStatus status)
    {
        if (Status == RunStatus.Running)
        {
            _active += Elapsed(end);
        }

        Status = status;
    }

    // A clock that was set back neither gives time back nor lets a run last longer than its limit from here on.
    private TimeSpan Elapsed(DateTimeOffset until) => until > _segmentStart ? until - _segmentStart : TimeSpan.Zero;

    private void Apply(ModelReplied replied, int seen)
    {
        Steps = replied.Step;
        Spent.Apply(replied);
        Loops.Apply(replied);
        LastModel = replied.Model ?? LastModel;
        foreach (var fell in replied.FellOver ?? [])
        {
            (Resting ??= new(StringComparer.Ordinal))[fell.Model] = new ModelRest(fell.Reason, replied.Time + TimeSpan.FromSeconds(fell.RestSeconds));
        }

        OpenCalls.Clear();
        for (var i = 0; i < replied.Calls.Count; i++)
        {
            OpenCalls.Add(new CallState(replied.Calls[i], Integrity, seen));
        }

        FinalText = replied.Calls.Count == 0 ? replied.Text : null;
    }
}

/// <summary>A model that failed and is left alone.</summary>
internal sealed record ModelRest(KernelHost.Models.ModelFailureReason Reason, DateTimeOffset Until);
