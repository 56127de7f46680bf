using KernelHost.Agents;
using KernelHost.Runs.Grounding;

namespace KernelHost.Runs.Events;

/// <summary>A principal asked an agent for something.</summary>
public sealed class RunStarted : RunEvent
{
    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>On whose behalf the agent works.</summary>
    public required string Principal { get; init; }

    /// <summary>The principal's words.</summary>
    public required string Request { get; init; }

    /// <summary>The instructions the model gets, rendered; kept so that a resumed run goes on under the same ones.</summary>
    public required string Instructions { get; init; }

    /// <summary>The version of the policy in force.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>The call that started this run, when an agent did it as a tool of another; <see langword="null"/> when a principal did.</summary>
    public ParentCall? Parent { get; init; }

    /// <summary>The runs above a sub-run, nearest first; <see langword="null"/> when there are none.</summary>
    public IReadOnlyList<string>? Ancestors { get; init; }

    /// <summary>What the runs above had left when this sub-run began; it may use no more. <see langword="null"/> for a run that a principal started.</summary>
    public SubRunLimits? Limits { get; init; }

    /// <summary>How far the request may be trusted: what the model that wrote it had read. <see langword="null"/> means trusted.</summary>
    public Integrity? RequestIntegrity { get; init; }

    /// <summary>What people have said to the runs above a sub-run whose request is not trusted, so that values which they wrote themselves are known; otherwise <see langword="null"/>.</summary>
    public IReadOnlyList<string>? UserWords { get; init; }

    /// <summary>Whether somebody is there to be asked; <see langword="null"/> when somebody is.</summary>
    public Attendance? Attendance { get; init; }

    /// <summary>The groups that the principal belongs to; <see langword="null"/> for none.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>What the citations of the answer must be like; <see langword="null"/> in journals older than that, where nothing was verified.</summary>
    public GroundingRules? Grounding { get; init; }

    /// <summary>How many passages the runs before it have numbered, so that a number means one passage in the whole session; <see langword="null"/> when its numbers begin with 1.</summary>
    public int? PassagesBefore { get; init; }
}

/// <summary>The call of a run that started a sub-run.</summary>
/// <param name="SessionId">The session of the run above.</param>
/// <param name="RunId">The run above.</param>
/// <param name="CallId">Its call.</param>
public sealed record ParentCall(string SessionId, string RunId, string CallId);

/// <summary>A process took up a run that had been parked or interrupted.</summary>
public sealed class RunResumed : RunEvent
{
    /// <summary>Whether somebody is there to be asked; <see langword="null"/> when somebody is.</summary>
    public Attendance? Attendance { get; init; }

    /// <summary>A model call that may have been under way when the process before died; <see langword="null"/> when none can have been.</summary>
    public ModelCharge? Charged { get; init; }
}

/// <summary>The run waits for a human; no process holds it in memory.</summary>
public sealed class RunParked : RunEvent;

/// <summary>The run stopped before its end, by cancellation or because the model could not be reached. It can be resumed.</summary>
public sealed class RunInterrupted : RunEvent
{
    /// <summary>Why, in words safe to show.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether a failure was the reason, rather than the caller's cancellation.</summary>
    public bool Failed { get; init; }

    /// <summary>Whether a sub-run that had begun could not be taken up; <see langword="null"/> for no. The runs above wait until it can.</summary>
    public bool? Blocked { get; init; }

    /// <summary>A model call that was cut off and may be billed; <see langword="null"/> for none.</summary>
    public ModelCharge? Charged { get; init; }

    /// <summary>An operator stopped it; it cannot be resumed until the stop is lifted. Otherwise <see langword="null"/>.</summary>
    public bool? Stopped { get; init; }
}

/// <summary>The run has its answer.</summary>
public sealed class RunCompleted : RunEvent
{
    /// <summary>What the principal is told.</summary>
    public required string Answer { get; init; }

    /// <summary>The passages the answer cites, if that could be verified.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];

    /// <summary>How the answer stood up to its sources; <see langword="null"/> when there was nothing to verify.</summary>
    public GroundingReport? Grounding { get; init; }

    /// <summary>The limit that ended the run early, or <see langword="null"/>.</summary>
    public string? Limit { get; init; }

    /// <summary>A model call that was cut off and may be billed; <see langword="null"/> for none.</summary>
    public ModelCharge? Charged { get; init; }
}

/// <summary>A budget that the run shares with others has no room for its next model call.</summary>
public sealed class BudgetRefused : RunEvent
{
    /// <summary>The limit in words.</summary>
    public required string Limit { get; init; }
}
