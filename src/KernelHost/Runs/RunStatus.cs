namespace KernelHost.Runs;

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>A process works on it, or died while it did.</summary>
    Running,

    /// <summary>It waits for a human.</summary>
    WaitingForApproval,

    /// <summary>Its process was told to stop, or the model could not be reached. It can be resumed.</summary>
    Interrupted,

    /// <summary>It has its answer.</summary>
    Completed,

    /// <summary>A limit ended it; it answered with what was known.</summary>
    Stopped,

    /// <summary>Somebody cancelled it; it has no answer and cannot be resumed.</summary>
    Cancelled,

    /// <summary>Somebody paused it. It can be resumed.</summary>
    Paused,
}
