namespace KernelHost.Runs.Journal.Retention;

/// <summary>What was removed from a journal, or would be, and what was kept although it is old.</summary>
public sealed record PruneReport
{
    /// <summary>Sessions removed, those of sub-runs included.</summary>
    public int Sessions { get; init; }

    /// <summary>Their runs.</summary>
    public int Runs { get; init; }

    /// <summary>Their events.</summary>
    public long Events { get; init; }

    /// <summary>Large parts of events that nothing refers to any more; 0 in a dry run.</summary>
    public long Contents { get; init; }

    /// <summary>Old sessions kept because a run of theirs waits for a human.</summary>
    public int KeptWaiting { get; init; }

    /// <summary>Old sessions kept because a run of theirs is being worked on, or was interrupted and can be resumed.</summary>
    public int KeptUnfinished { get; init; }

    /// <summary>Old sessions kept because a process holds them at this moment.</summary>
    public int KeptInUse { get; init; }

    /// <summary>The size of the file in bytes before.</summary>
    public long BytesBefore { get; init; }

    /// <summary>The size of the file in bytes afterwards.</summary>
    public long BytesAfter { get; init; }
}
